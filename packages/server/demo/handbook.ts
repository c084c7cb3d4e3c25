// The employee handbook of the demo company.

export const HANDBOOK: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: "Holidays and leave",
    text: `Everyone has 27 days of paid holiday a year, and one more for every five years with the company. Holidays are asked for in the calendar at least two weeks ahead; your manager answers within three working days.

Up to five unused days may be carried into the next year, until the end of March.

Parental leave is sixteen weeks with full pay for each parent. It may be taken in up to three parts within two years of the birth or adoption.

When you are ill, tell your manager before ten in the morning. A doctor's note is needed from the fourth day.`,
  },
  {
    title: "Travel and expenses",
    text: `Book trains and flights through the travel desk. Second class by train and economy by air; above six hours in the air, premium economy.

Meals on a trip are paid up to 55 USD a day, with receipts. Hotels up to 180 USD a night, in New York and San Francisco up to 260 USD.

Hand expenses in within 30 days. Your manager approves them; expenses of 1,000 USD and more also need Finance.

Using your own car is paid at 0.67 USD a mile.`,
  },
  {
    title: "Working from home",
    text: `You may work from home up to three days a week when your work allows it. Tuesdays are the day when everyone comes in.

Patient records may be read at home on company devices only, in a room where nobody else can see the screen.

The company pays 400 USD once for a desk and a chair, and 30 USD a month for the internet connection.`,
  },
  {
    title: "Privacy of patients",
    text: `We look at a patient's record only when we need it to treat, bill or help that patient. Looking out of curiosity ends the employment.

Never send patient data by e-mail outside the company, and never put it into a tool that has not been cleared for it. The list of cleared tools is kept by Legal and Compliance.

Report a lost device or a message sent to the wrong person to privacy@northwind.example within one hour. No report made in good faith is held against you.`,
  },
  {
    title: "Security of accounts",
    text: `Use the password manager and a second factor for every account. Nobody from Information Technology will ever ask for your password or a code.

Lock your screen when you leave your desk. Devices are encrypted and updated by Information Technology on the first Wednesday of each month.

If something looks wrong, call the help desk at extension 4400 at any hour.`,
  },
  {
    title: "Training and growth",
    text: `Every employee has 1,500 USD and five days a year for training of their own choice. Ask your manager with a short note on what you want to learn.

Mentors are matched in January and July. Talks between you and your manager about growth take place twice a year.`,
  },
  {
    title: "Conduct and speaking up",
    text: `Treat colleagues and patients with respect. Harassment of any kind is not tolerated.

You may speak up to your manager, to Human Resources, or without your name through the speak-up line. Retaliation against people who speak up is itself a breach of this handbook.

Gifts of more than 50 USD from suppliers are declined, or handed to Legal and Compliance.`,
  },
  {
    title: "Pay and benefits",
    text: `Salaries are paid on the 25th of the month. The company adds 4 percent of your pay to the retirement plan when you pay in at least 3 percent.

Health insurance begins on the first day. Glasses are paid up to 200 USD every two years.

A bonus of up to 8 percent is paid in March when the company reaches its goals.`,
  },
];
