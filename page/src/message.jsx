// One message, drawn by slack-blocks-to-jsx; what it can't draw is said in words, never left out in silence.
import { Component, memo, useRef, useState } from "react";
import { Message as Blocks } from "slack-blocks-to-jsx";

const DRAWN = new Set([
  "actions", "context", "data_visualization", "divider", "header", "image", "markdown", "rich_text", "section", "table",
]);

// The library stops at a number in a table; its text is what Slack shows.
const asText = (cell) => (cell.type === "raw_number" ? { type: "raw_text", text: cell.text ?? String(cell.value) } : cell);

// The library draws nothing but characters where text is verbatim; Slack draws the links that are written out.
const parsed = (text) => text && { ...text, verbatim: undefined };

const note = (words) => ({ type: "context", elements: [{ type: "plain_text", text: words }] });

function drawable(block) {
  if (!DRAWN.has(block.type)) return note(`This page can't draw a ${block.type} block; Slack can.`);
  if (block.type === "section") return { ...block, text: parsed(block.text) };
  if (block.type !== "table") return block;
  return { ...block, rows: block.rows.map((row) => row.map(asText)) };
}

// What stands between two colons is no emoji where there is none of that name; the library doubles the colons.
const HOOKS = {
  emoji: (emoji, parse) => {
    const drawn = parse(emoji);
    return drawn.includes(emoji.name) ? drawn.replace(/^:+|:+$/g, ":") : drawn;
  },
};

const ofText = (text) => [{ type: "section", text: { type: "mrkdwn", text } }];

class Fallback extends Component {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    if (!this.state.failed) return this.props.children;
    return <p className="note">This page can't draw this message; Slack can. It says: {this.props.text}</p>;
  }
}

const SENDING = { type: "plain_text", text: "Sending…" };
// An answer that comes at once needs no other label in between.
const AT_ONCE_MILLISECONDS = 300;

const elementsOf = (block) => (block.type === "actions" ? block.elements : block.accessory ? [block.accessory] : []);

// A block that was posted without an id is named by its place.
const blockId = (block, place) => block.block_id ?? `block-${place}`;

// In the order in which the library draws them.
const buttonsOf = (blocks) =>
  blocks.flatMap((block, place) =>
    elementsOf(block)
      .filter(({ type }) => type === "button")
      .map(({ action_id }) => ({ action_id, block_id: blockId(block, place) })),
  );

// The pressed button says so until it is answered.
function sending(blocks, pressed) {
  if (!pressed) return blocks;
  const label = (element) => (element.action_id === pressed.action_id ? { ...element, text: SENDING } : element);
  return blocks.map((block, place) => {
    if (blockId(block, place) !== pressed.block_id) return block;
    return block.type === "actions" ? { ...block, elements: block.elements.map(label) } : { ...block, accessory: label(block.accessory) };
  });
}

// The library's buttons do nothing by themselves, so their clicks are taken here.
function usePresses(message, press) {
  const drawn = useRef(null);
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [pressed, show] = useState(null);
  const onClick = async ({ target }) => {
    const all = [...drawn.current.querySelectorAll(".slack_blocks_to_jsx__button_element")];
    const button = buttonsOf(message.blocks)[all.indexOf(target.closest("button"))];
    if (!button || busy) return;
    setBusy(true);
    say("");
    const slow = setTimeout(() => show(button), AT_ONCE_MILLISECONDS);
    say(await press(message, button));
    clearTimeout(slow);
    show(null);
    setBusy(false);
  };
  return { said, pressed, takes: { ref: drawn, onClick, "aria-busy": busy } };
}

// The library shows the hours of a date as this machine has them; people here go by the clock's zone.
const inZone = (ts, zone) => new Date(new Date(Number(ts) * 1000).toLocaleString("en-US", { timeZone: zone }));

// The library parses a message anew whenever it draws it, so what did not change is not drawn again.
export const Message = memo(function Message({ message, channels, zone, press }) {
  const { said, pressed, takes } = usePresses(message, press);
  const blocks = message.blocks.length ? sending(message.blocks, pressed).map(drawable) : ofText(message.text);
  return (
    <article className="message" aria-label="Message from Quintet" {...takes}>
      {message.ephemeral && <p className="only-you">Only visible to you</p>}
      <Fallback text={message.text}>
        <Blocks
          blocks={blocks}
          name="Quintet"
          logo="static/quintet.svg"
          time={inZone(message.ts, zone)}
          theme="light"
          data={{ channels }}
          hooks={HOOKS}
        />
      </Fallback>
      {message.route === "chat.update" && <p className="edited">(edited)</p>}
      {said && <p role="status" className="problem">{said}</p>}
    </article>
  );
});
