// A window that the bot opened: its fields, and what the bot holds against what was given. Esc closes it.
import { useEffect, useRef, useState } from "react";
import { fill } from "./workspace.js";

const blockId = (block, place) => block.block_id ?? `block-${place}`;

function Element({ element, ...named }) {
  const { type, action_id, multiline, max_length, initial_date } = element;
  if (type === "datepicker") return <input type="date" name={action_id} defaultValue={initial_date} {...named} />;
  if (multiline) return <textarea name={action_id} rows={4} maxLength={max_length} {...named} />;
  return <input type="text" name={action_id} maxLength={max_length} {...named} />;
}

function Field({ id, block, error }) {
  const wrong = error ? { "aria-invalid": true, "aria-describedby": `${id}-error` } : {};
  return (
    <>
      <label htmlFor={id}>{block.label.text}</label>
      <Element element={block.element} id={id} required={!block.optional} {...wrong} />
      {error && (
        <p id={`${id}-error`} role="alert" className="problem">
          {error}
        </p>
      )}
    </>
  );
}

function valuesOf(form, blocks) {
  const given = blocks.map((block, place) => {
    const id = blockId(block, place);
    return [id, { [block.element.action_id]: form.elements[id].value }];
  });
  return Object.fromEntries(given);
}

export function Window({ view, close }) {
  const dialog = useRef(null);
  const [answer, setAnswer] = useState({ problem: null, errors: {} });
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    const { problem, errors = {} } = await fill(view.id, valuesOf(event.target, view.blocks));
    if (problem || Object.keys(errors).length) setAnswer({ problem, errors });
    else dialog.current.close(); // which gives the focus back to the button that opened it
  };
  return (
    <dialog ref={dialog} aria-labelledby="window-title" onClose={close}>
      <h2 id="window-title">{view.title.text}</h2>
      <form onSubmit={submit}>
        {view.blocks.map((block, place) => (
          <Field key={blockId(block, place)} id={blockId(block, place)} block={block} error={answer.errors[blockId(block, place)]} />
        ))}
        <p role="status" className="problem">{answer.problem}</p>
        <div className="choices">
          <button type="button" onClick={() => dialog.current.close()}>{view.close?.text ?? "Cancel"}</button>
          <button type="submit">{view.submit.text}</button>
        </div>
      </form>
    </dialog>
  );
}
