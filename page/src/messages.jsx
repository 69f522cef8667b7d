// The messages of one channel: a line for each new day, and each message's thread folded below it.
import { Fragment, useEffect, useRef, useState } from "react";
import { Message } from "./message.jsx";

const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

const day = (ts, zone) => new Intl.DateTimeFormat("en-GB", { ...DAY, timeZone: zone }).format(new Date(Number(ts) * 1000));

export const isReply = ({ ts, thread_ts }) => Boolean(thread_ts) && thread_ts !== ts;

function Thread({ replies, ...rest }) {
  const [unfolded, unfold] = useState(false);
  if (replies.length === 0) return null;
  return (
    <details className="thread" onToggle={({ currentTarget }) => unfold(currentTarget.open)}>
      <summary>{replies.length === 1 ? "1 reply" : `${replies.length} replies`}</summary>
      {unfolded && replies.map((reply) => <Message key={reply.ts} message={reply} {...rest} />)}
    </details>
  );
}

export function Messages({ messages, name, zone, ...rest }) {
  const end = useRef(null);
  const shown = messages.filter((message) => !isReply(message));
  useEffect(() => {
    end.current?.lastElementChild?.scrollIntoView({ block: "start" });
  }, [shown.length, name]);
  return (
    <div className="messages" role="log" aria-live="polite" aria-label={`Messages in ${name}`} tabIndex={0} ref={end}>
      {shown.length === 0 && <p className="note">Nothing here yet. Type a command below, or choose one.</p>}
      {shown.map((message, place) => {
        const today = day(message.ts, zone);
        const isNew = place === 0 || day(shown[place - 1].ts, zone) !== today;
        const replies = messages.filter((each) => isReply(each) && each.thread_ts === message.ts);
        return (
          <Fragment key={message.ts}>
            {isNew && <h3 className="day">{today}</h3>}
            <div>
              <Message message={message} zone={zone} {...rest} />
              <Thread replies={replies} zone={zone} {...rest} />
            </div>
          </Fragment>
        );
      })}
    </div>
  );
}
