// What the tests talk to: a running cluster, and one of its models.
export const base = process.env.BASE_URL;
export const model = process.env.MODEL;

if (!base || !model) {
  throw new Error('BASE_URL and MODEL are needed');
}

/** What cannot be had of a server with OpenAI's API only; it does not tell what it has in memory. */
const beyondOpenAi = ['ps'];

/** Whether a test is about something that the nodes cannot do. */
export function skip(what) {
  return process.env.BACKEND === 'openai' && beyondOpenAi.includes(what);
}

/** The sum of what all nodes are working on, as the cluster sees it. */
export async function active() {
  const status = await (await fetch(`${base}/api/cluster/status`)).json();
  return status.nodes.reduce((sum, node) => sum + node.active + node.waiting, 0);
}

/** Waits until a condition holds. */
export async function eventually(condition, millis = 5000) {
  const end = Date.now() + millis;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`not within ${millis} ms: ${condition}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
