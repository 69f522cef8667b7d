// The stand-in's own small API, and the two things the page knows of it: the workspace and its messages.
import { useCallback, useEffect, useState } from "react";

const POLL_MILLISECONDS = 300;

const get = async (path) => (await fetch(path)).json();

export const send = async (channel, text) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("workspace/commands", { method: "POST", headers, body: JSON.stringify({ channel, text }) });
  return (await answer.json()).problem;
};

export function useWorkspace() {
  const [workspace, setWorkspace] = useState(null);
  useEffect(() => void get("workspace").then(setWorkspace), []);
  return workspace;
}

export function useMessages() {
  const [messages, setMessages] = useState([]);
  const [reachable, setReachable] = useState(true);
  const poll = useCallback(async () => {
    try {
      const fresh = await get("workspace/messages");
      setMessages((known) => (JSON.stringify(known) === JSON.stringify(fresh) ? known : fresh));
      setReachable(true);
    } catch {
      setReachable(false);
    }
  }, []);
  useEffect(() => {
    const timer = setInterval(poll, POLL_MILLISECONDS);
    return () => clearInterval(timer);
  }, [poll]);
  return { messages, reachable };
}
