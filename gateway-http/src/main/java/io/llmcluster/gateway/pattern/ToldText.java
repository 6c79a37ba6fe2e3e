package io.llmcluster.gateway.pattern;

import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.Optional;

/**
 * What a client was told of an answer while a model wrote it. A text that cannot be taken back goes
 * on only with what continues it: when the step begins again or a piece was lost, the rest is held
 * until it is recorded. Used by one stream.
 */
final class ToldText {

  /** All that was heard of the step, in its order. */
  private final StringBuilder heard = new StringBuilder();

  private String step = "";
  private int attempt = 1;
  private String told = "";
  private boolean held;

  /** A step begins whose text is to be the answer. */
  void begins(String writer) {
    held = !told.isEmpty();
    heard.setLength(0);
    attempt = 1;
    step = writer;
  }

  /** It begins again, with another text perhaps. */
  void beginsAgain(String writer, int number) {
    if (writer.equals(step)) {
      begins(writer);
      attempt = number;
    }
  }

  boolean isBegun() {
    return !told.isEmpty();
  }

  /**
   * What is to be told now; may be nothing. Space at either end is not told: a pattern may strip
   * it.
   */
  String more(WorkflowUpdate.Piece piece) {
    if (held || !piece.step().equals(step) || piece.attempt() != attempt) {
      return "";
    }
    if (piece.offset() != heard.length()) {
      held = true;
      return "";
    }
    String before = told;
    told = heard.append(piece.text()).toString().strip();
    return told.substring(before.length());
  }

  /** What is left to be told of the recorded answer; empty if it is not what was begun. */
  Optional<String> rest(String answer) {
    if (told.isEmpty()) {
      return Optional.of(answer);
    }
    String whole = answer.stripLeading();
    return whole.startsWith(told) ? Optional.of(whole.substring(told.length())) : Optional.empty();
  }
}
