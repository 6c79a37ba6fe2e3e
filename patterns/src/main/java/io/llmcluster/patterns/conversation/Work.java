package io.llmcluster.patterns.conversation;

/** Something that is under way for a conversation. */
sealed interface Work {

  /** As it is called in the keys of calls, and to those who watch. */
  String step();

  int attempt();

  /** A model answers a message. */
  record Answering(int message, int attempt) implements Work {
    @Override
    public String step() {
      return "turn-" + message;
    }
  }

  /** A workflow answers a message; it is durable itself, so there is one attempt. */
  record Child(int message, String id) implements Work {
    @Override
    public String step() {
      return "turn-" + message;
    }

    @Override
    public int attempt() {
      return 1;
    }
  }

  /** A model sums up what is older. */
  record Summarizing(int through, int attempt) implements Work {
    @Override
    public String step() {
      return "summary-" + through;
    }
  }
}
