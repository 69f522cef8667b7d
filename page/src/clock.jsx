// The clock that the bot's schedule runs on, and the steps that it can be moved by.
import { useState } from "react";
import { moveClock } from "./workspace.js";

const SHOWN = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };

const shown = ({ now, zone }) => new Intl.DateTimeFormat("en-GB", { ...SHOWN, timeZone: zone }).format(new Date(now));

export function Clock({ clock, messages, look }) {
  const [problem, setProblem] = useState("");
  const [before, setBefore] = useState(null); // how many messages there were when this page moved the clock
  const move = async (to) => {
    if (clock.moving) return;
    setBefore(messages);
    setProblem((await moveClock(to)) ?? "");
    await look();
  };
  return (
    <section className="clock" aria-label="Clock">
      <p>
        <time dateTime={clock.now}>{shown(clock)}</time> {clock.zone}
      </p>
      {/* Disabled for assistive technology alone: a button that is really disabled would lose the focus. */}
      {clock.steps.map(({ key, label }) => (
        <button key={key} type="button" aria-disabled={clock.moving} onClick={() => move(key)}>
          {label}
        </button>
      ))}
      <p role="status" aria-busy={clock.moving}>
        {clock.moving ? "The clock is being moved. It stands at each stop until all that is due is computed and sent." : problem || clock.problem}
      </p>
      {clock.moving && before !== null && <p>Messages so far: {messages - before}</p>}
    </section>
  );
}
