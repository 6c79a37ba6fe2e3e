package io.llmcluster.it;

import io.llmcluster.testkit.Followed;
import io.llmcluster.testkit.Followed.Told;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link ProcessCrashes} plays: a workflow or a conversation, and whoever acts in it. */
interface CrashClient {

  Followed followed();

  /** Whether its script has come to its end. */
  boolean isOver();

  /** Whether nobody calculates and a person is to act. */
  default boolean waits() {
    return false;
  }

  /** Steps that were begun and are not over, in the order in which they were begun. */
  Set<String> open(List<Told> told);

  /**
   * Does what comes next in the script.
   *
   * @param call the oldest one that is open; null: {@link #waits}
   * @return whether it was told
   */
  Heard act(Gateway gateway, @Nullable Asked call);

  /** Whether what was done is told. */
  interface Heard {
    boolean isTold();
  }

  /** Whether an event tells of a recovery. */
  boolean isRecovery(Told event);

  /** Calls that were begun again after a crash, as a client is told. */
  int reissued(Gateway gateway);

  /** What has a recorded result, one entry for each. */
  List<String> results();

  /** Status, answers and decisions; begins with {@code completed} if all went well. */
  String outcome(Gateway gateway);

  /** Ends what would go on for ever. */
  default void end(Gateway gateway) {}
}
