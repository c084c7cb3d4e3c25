// A calendar as the well-known ones offer it: moments, attendees, reminders, free time.
import { tool } from "../world.fixture.ts";
import { day, said, text, whole, type Trade } from "./trial.fixture.ts";

const moment = said("RFC 3339 date-time", { format: "date-time" });

export const calendar: Trade = {
  trade: "calendar",
  tools: [
    tool("list-events", "List the events of a day.", {
      in: { date: day },
      out: () => [
        { event_id: "ev_31", summary: "Stand-up", start: "2026-11-23T09:00:00" },
        { event_id: "ev_32", summary: "Design review", start: "2026-11-23T14:00:00" },
      ],
    }),
    tool("create-event", "Create a calendar event.", {
      in: {
        summary: text,
        start: moment,
        end: moment,
        attendees: { type: "array", items: { type: "string", format: "email" } },
        location: text,
        description: text,
      },
      optional: ["attendees", "location", "description"],
      out: ({ summary }) => ({ event_id: "ev_40", summary, status: "confirmed" }),
    }),
    tool("delete-event", "Delete a calendar event.", {
      in: { event_id: text },
      out: () => "Event deleted.",
    }),
    tool("set-reminder", "Sets a reminder before an event.", {
      in: { event_id: text, minutes_before: whole },
      out: () => ({ ok: true }),
    }),
  ],
  asks: [
    {
      ask: "Schedule a meeting called Budget talk tomorrow from 10:00 to 11:00 with kim@example.org and lee@example.org",
      does: [
        [
          "create-event",
          {
            summary: "Budget talk",
            start: "2026-11-23T10:00:00",
            end: "2026-11-23T11:00:00",
            attendees: ["kim@example.org", "lee@example.org"],
          },
        ],
      ],
      says: [/Budget talk/],
    },
    {
      ask: "What's on my calendar tomorrow?",
      looks: [["list-events", { date: "2026-11-23" }]],
      says: [/Stand-up/, /Design review/],
    },
    {
      ask: "Delete the event ev_31",
      does: [["delete-event", { event_id: "ev_31" }]],
      says: [/deleted/i],
    },
    {
      ask: "Remind me 30 minutes before ev_32",
      does: [["set-reminder", { event_id: "ev_32", minutes_before: 30 }]],
    },
    {
      ask: "Delete tomorrow's design review",
      looks: [["list-events", { date: "2026-11-23" }]],
      does: [["delete-event", { event_id: "ev_32" }]],
    },
    {
      ask: "Add an event 'Dentist' on 2 December at 3pm for 45 minutes",
      does: [
        [
          "create-event",
          { summary: "Dentist", start: "2026-12-02T15:00:00", end: "2026-12-02T15:45:00" },
        ],
      ],
    },
  ],
};
