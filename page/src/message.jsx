// One message, drawn by slack-blocks-to-jsx; what it can't draw is said in words, never left out in silence.
import { Component } from "react";
import { Message as Blocks } from "slack-blocks-to-jsx";

const DRAWN = new Set([
  "actions", "context", "data_visualization", "divider", "header", "image", "markdown", "rich_text", "section", "table",
]);

// The library stops at a number in a table; its text is what Slack shows.
const asText = (cell) => (cell.type === "raw_number" ? { type: "raw_text", text: cell.text ?? String(cell.value) } : cell);

const note = (words) => ({ type: "context", elements: [{ type: "plain_text", text: words }] });

function drawable(block) {
  if (!DRAWN.has(block.type)) return note(`This page can't draw a ${block.type} block; Slack can.`);
  if (block.type !== "table") return block;
  return { ...block, rows: block.rows.map((row) => row.map(asText)) };
}

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

export function Message({ message, channels }) {
  const blocks = message.blocks.length ? message.blocks.map(drawable) : ofText(message.text);
  return (
    <article className="message" aria-label="Message from Quintet">
      {message.ephemeral && <p className="only-you">Only visible to you</p>}
      <Fallback text={message.text}>
        <Blocks
          blocks={blocks}
          name="Quintet"
          logo="static/quintet.svg"
          time={new Date(Number(message.ts) * 1000)}
          theme="light"
          data={{ channels }}
        />
      </Fallback>
    </article>
  );
}
