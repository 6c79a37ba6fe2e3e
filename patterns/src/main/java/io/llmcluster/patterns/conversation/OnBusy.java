package io.llmcluster.patterns.conversation;

/** What happens to a message that comes while a turn runs. */
public enum OnBusy {
  /** It waits for its own turn. */
  ENQUEUE,
  /** It is refused. */
  REJECT,
  /** It ends the turn that runs and begins its own. */
  INTERRUPT
}
