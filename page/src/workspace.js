// The stand-in's own small API: what the page knows of the workspace, and what it asks of it.
import { useCallback, useEffect, useState } from "react";

const POLL_MILLISECONDS = 300;

const get = async (path) => (await fetch(path)).json();

const ask = async (path, asked) => {
  const headers = { "Content-Type": "application/json" };
  try {
    return await (await fetch(path, { method: "POST", headers, body: JSON.stringify(asked) })).json();
  } catch {
    return { problem: "The bot has stopped." };
  }
};

export const send = async (channel, text) => (await ask("workspace/commands", { channel, text })).problem;
export const moveClock = async (to) => (await ask("workspace/clock", { to })).problem;
// Each answers with a problem, or with a window that opens and with what is wrong in its fields.
export const press = ({ channel, ts }, button) => ask("workspace/presses", { channel, ts, ...button });
export const fill = (window, values) => ask("workspace/windows", { window, values });

export function useWorkspace() {
  const [workspace, setWorkspace] = useState(null);
  useEffect(() => void get("workspace").then(setWorkspace), []);
  return workspace;
}

function usePolled(path, before) {
  const [value, setValue] = useState(before);
  const [reachable, setReachable] = useState(true);
  const poll = useCallback(async () => {
    try {
      const fresh = await get(path);
      setValue((known) => (JSON.stringify(known) === JSON.stringify(fresh) ? known : fresh));
      setReachable(true);
    } catch {
      setReachable(false);
    }
  }, [path]);
  useEffect(() => {
    void poll();
    const timer = setInterval(poll, POLL_MILLISECONDS);
    return () => clearInterval(timer);
  }, [poll]);
  return { value, reachable, poll };
}

export function useMessages() {
  const { value, reachable } = usePolled("workspace/messages", []);
  return { messages: value, reachable };
}

export function useClock() {
  const { value, poll } = usePolled("workspace/clock", null);
  return { clock: value, look: poll };
}
