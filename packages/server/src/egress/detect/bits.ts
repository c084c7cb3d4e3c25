// What may be known of a word, as bits of one number.

export const GIVEN = 1;
export const SURNAME = 2;
/** The whole name of a city, a region or a district. */
export const PLACE = 4;
export const COUNTRY = 8;
export const NATIONALITY = 16;
/** An ordinary English word. */
export const VOCABULARY = 32;
/** Written with a capital by a dictionary: Monday, Google, Paris. */
export const PROPER = 64;
export const TITLE = 128;
/** Ends the name of a company: Inc, GmbH. */
export const COMPANY = 256;
/** Stands in names of organisations: Bank, University, Technologies. */
export const INSTITUTION = 512;
export const STREET = 1 << 10;
/** Stands within names in lower case: van, de la, bin. */
export const PARTICLE = 1 << 11;
export const MONTH = 1 << 12;
export const WEEKDAY = 1 << 13;
/** An English word without which no English is written: the, of, is. */
export const FUNCTION_WORD = 1 << 14;
/** What a person does: says, lives. */
export const PERSON_VERB = 1 << 15;
/** A place follows: in, from, near. */
export const BEFORE_PLACE = 1 << 16;
/** A person follows: called, named, dear. */
export const BEFORE_PERSON = 1 << 17;
/** A person, by a role: mother, patient, boss. */
export const ROLE = 1 << 18;
/** A part of an address: suite, apt, floor, box. */
export const UNIT = 1 << 19;
/** A word of programs and products, known to be no name. */
export const TECHNICAL = 1 << 20;
/** Health is spoken of: patient, diagnosis. */
export const HEALTH = 1 << 21;
/** An organisation follows: worked for, invested. */
export const BEFORE_ORGANISATION = 1 << 22;
/** A street address follows or is spoken of: address, located. */
export const ADDRESS = 1 << 23;
/** A US state by its letters or name, and such. */
export const REGION = 1 << 24;
/** Written in front of a street's name: rue, via, calle. */
export const STREET_LEAD = 1 << 25;
/** Some detector asks for it beside a candidate; which, its own set says. */
export const ASKED = 1 << 26;
/** Says what an identity number beside it is. */
export const ID_WORD = 1 << 27;
/** A telephone number may stand beside it; with the second, surely. */
export const PHONE_WORD = 1 << 28;
export const PHONE_STRONG = 1 << 29;
