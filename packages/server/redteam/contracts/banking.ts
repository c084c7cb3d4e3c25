// A bank account: what its tools do, and what a reviewer would write into their contracts.
import { OUTSIDE, RECORD, type KnownTool } from "./known.ts";

const SUBJECT_BY_SENDER = {
  // The bank keeps these; the subject is whatever the other side wrote, and whoever sends money puts
  // an account of their own into the list.
  id: { trust: "record" },
  amount: { trust: "record" },
  date: { trust: "record" },
  recurring: { trust: "record" },
  recipient: { trust: "record" },
  sender: { trust: "outside" },
  subject: { trust: "outside" },
} as const;

const PAYMENT_SINKS = {
  recipient: { kind: "recipient", trust: "record" },
  amount: { kind: "amount", trust: "record" },
} as const;

export const BANKING: Readonly<Record<string, KnownTool>> = {
  get_iban: {
    effect: false,
    does: { kind: "show", at: ["bank_account", "iban"], as: "text" },
    contract: { effect: "read", result: RECORD },
  },
  get_balance: {
    effect: false,
    does: { kind: "show", at: ["bank_account", "balance"], as: "text" },
    contract: { effect: "read", result: RECORD },
  },
  get_most_recent_transactions: {
    effect: false,
    does: { kind: "show", at: ["bank_account", "transactions"], last: "n" },
    contract: { effect: "read", result: OUTSIDE, fields: SUBJECT_BY_SENDER },
  },
  get_scheduled_transactions: {
    effect: false,
    does: { kind: "show", at: ["bank_account", "scheduled_transactions"] },
    contract: { effect: "read", result: RECORD },
  },
  read_file: {
    effect: false,
    does: { kind: "show", at: ["filesystem", "files", "{file_path}"], as: "text" },
    contract: { effect: "read", result: OUTSIDE },
  },
  get_user_info: {
    effect: false,
    does: { kind: "show", at: ["user_account"] },
    contract: { effect: "read", result: RECORD },
  },
  send_money: {
    effect: true,
    does: {
      kind: "add",
      to: ["bank_account", "transactions"],
      value: {
        sender: "me",
        recipient: "{recipient}",
        amount: "{amount}",
        subject: "{subject}",
        date: "{date}",
        recurring: false,
      },
      says: "Transaction to {recipient} for {amount} sent.",
    },
    contract: { effect: "money", sinks: PAYMENT_SINKS, result: RECORD },
  },
  schedule_transaction: {
    effect: true,
    does: {
      kind: "add",
      to: ["bank_account", "scheduled_transactions"],
      value: {
        recipient: "{recipient}",
        amount: "{amount}",
        subject: "{subject}",
        date: "{date}",
        recurring: "{recurring}",
      },
      says: "Transaction to {recipient} for {amount} scheduled.",
    },
    contract: { effect: "money", sinks: PAYMENT_SINKS, result: RECORD },
  },
  update_scheduled_transaction: {
    effect: true,
    does: {
      kind: "change",
      at: ["bank_account", "scheduled_transactions"],
      by: "id",
      says: "Transaction with ID {id} updated.",
    },
    contract: {
      effect: "money",
      sinks: { id: { kind: "id", trust: "record" }, ...PAYMENT_SINKS },
      result: RECORD,
    },
  },
  update_user_info: {
    effect: true,
    does: { kind: "change", at: ["user_account"], says: "Account information updated." },
    contract: { effect: "write-own", result: RECORD },
  },
  update_password: {
    effect: true,
    does: { kind: "change", at: ["user_account"], says: "Password updated." },
    contract: {
      effect: "irreversible",
      sinks: { password: { kind: "id", trust: "person" } },
      result: RECORD,
    },
  },
};
