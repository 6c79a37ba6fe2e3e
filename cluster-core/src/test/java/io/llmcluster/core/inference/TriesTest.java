package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.SlotCommand;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two nodes, the first one was asked. */
class TriesTest {

  private static final TestInbox<SlotCommand> SLOTS = TestInbox.create();
  private static final NodeEntry ONE = Directories.node("n1", 1, SLOTS.getRef());
  private static final NodeEntry TWO = Directories.node("n2", 2, SLOTS.getRef());
  private static final List<NodeEntry> BOTH = List.of(ONE, TWO);

  private static Optional<Tries> fails(Tries tries, Status status, List<NodeEntry> having) {
    return tries.afterFailure(ONE.life(), status, having);
  }

  @Test
  void a_full_node_is_passed_over_until_the_request_has_waited() {
    Tries after = fails(Tries.of(1), CallStatus.FULL, List.of(ONE)).orElseThrow();
    assertThat(after.used()).isZero();
    assertThat(after.full()).containsExactly(ONE.life());
    assertThat(after.mayAsk(ONE)).isTrue();
    assertThat(after.waiting().full()).isEmpty();
  }

  @Test
  void a_call_that_cannot_have_begun_costs_nothing_and_another_node_need_not_be_known() {
    for (Status status : List.of(CallStatus.unavailable("why"), Status.NOT_FOUND)) {
      Tries after = fails(Tries.of(1), status, List.of()).orElseThrow();
      assertThat(after.used()).isZero();
      assertThat(after.mayAsk(ONE)).isFalse();
      assertThat(after.mayAsk(TWO)).isTrue();
    }
  }

  @Test
  void a_lost_node_costs_an_attempt_and_comes_back_elsewhere() {
    Tries after = fails(Tries.of(2), Status.UNAVAILABLE, List.of()).orElseThrow();
    assertThat(after.used()).isEqualTo(1);
    assertThat(fails(after, Status.UNAVAILABLE, BOTH)).isEmpty();
  }

  @Test
  void a_node_that_broke_is_bettered_only_by_one_that_is_known() {
    assertThat(fails(Tries.of(2), Status.ABORTED, BOTH).orElseThrow().used()).isEqualTo(1);
    assertThat(fails(Tries.of(2), Status.ABORTED, List.of(ONE))).isEmpty();
    assertThat(fails(Tries.of(2), Status.ABORTED, List.of(ONE, TWO.unreachable()))).isEmpty();
    assertThat(fails(Tries.of(1), Status.ABORTED, BOTH)).isEmpty();
  }

  /** The caller's time is over on every node. */
  @Test
  void a_deadline_that_has_passed_is_told() {
    assertThat(fails(Tries.of(3), Status.DEADLINE_EXCEEDED, BOTH)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200,-1", "400,-1", "404,0", "429,0", "500,1", "501,0", "503,0"})
  void an_answer_stands_or_costs(int status, int cost) {
    Optional<Tries> after = Tries.of(2).afterAnswer(ONE.life(), status, BOTH);
    assertThat(after.map(Tries::used).orElse(-1)).isEqualTo(cost);
    after.ifPresent(tries -> assertThat(tries.failed()).containsExactly(ONE.life()));
    assertThat(Tries.of(2).afterAnswer(ONE.life(), status, List.of(ONE))).isEmpty();
  }
}
