// A window that the bot opened: its fields, and what the bot holds against what was given. Esc closes it.
import { useEffect, useRef, useState } from "react";
import { fill } from "./workspace.js";

const blockId = (block, place) => block.block_id ?? `block-${place}`;

const optionOf = ({ text, value }) => <option key={value} value={value}>{text.text}</option>;

function Element({ element, ...named }) {
  const { type, multiline, max_length, initial_date, initial_value, initial_option, options } = element;
  if (type === "datepicker") return <input type="date" defaultValue={initial_date} {...named} />;
  if (type === "static_select") return <select defaultValue={initial_option?.value} {...named}>{options.map(optionOf)}</select>;
  if (multiline) return <textarea rows={4} maxLength={max_length} defaultValue={initial_value} {...named} />;
  return <input type="text" maxLength={max_length} defaultValue={initial_value} {...named} />;
}

function Checkboxes({ id, block, ...described }) {
  const ticked = (block.element.initial_options ?? []).map((option) => option.value);
  return (
    <fieldset id={id} {...described}>
      <legend>{block.label.text}</legend>
      {block.element.options.map(({ text, value }) => (
        <label key={value}>
          <input type="checkbox" name={id} value={value} defaultChecked={ticked.includes(value)} /> {text.text}
        </label>
      ))}
    </fieldset>
  );
}

function Field({ id, block, error }) {
  const wrong = error ? { "aria-invalid": true, "aria-describedby": `${id}-error` } : {};
  return (
    <>
      {block.element.type === "checkboxes" ? (
        <Checkboxes id={id} block={block} {...wrong} />
      ) : (
        <>
          <label htmlFor={id}>{block.label.text}</label>
          <Element element={block.element} id={id} name={id} required={!block.optional} {...wrong} />
        </>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="problem">
          {error}
        </p>
      )}
    </>
  );
}

function valuesOf(form, blocks) {
  const typed = new FormData(form);
  const given = blocks.map(({ element, ...block }, place) => {
    const id = blockId(block, place);
    return [id, { [element.action_id]: element.type === "checkboxes" ? typed.getAll(id) : typed.get(id) }];
  });
  return Object.fromEntries(given);
}

export function Window({ view, close }) {
  const dialog = useRef(null);
  const [answer, setAnswer] = useState({ problem: null, errors: {} });
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const { problem, errors = {} } = await fill(view.id, valuesOf(event.target, view.blocks));
    setBusy(false);
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
          <button type="submit" aria-disabled={busy}>{busy ? "Sending…" : view.submit.text}</button>
        </div>
      </form>
    </dialog>
  );
}
