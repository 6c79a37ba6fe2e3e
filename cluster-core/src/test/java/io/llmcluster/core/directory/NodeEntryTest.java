package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class NodeEntryTest {

  private final NodeEntry entry =
      Directories.node("n", 1, TestInbox.<SlotCommand>create().getRef());

  private NodeEntry with(double firstTokenMillis, long calls) {
    return entry.withSpeeds(Map.of("m:latest", new ModelSpeed(firstTokenMillis, 20, 0, calls)));
  }

  @Test
  void a_speed_that_is_about_the_same_is_nothing_to_tell() {
    assertThat(with(101, 5).saysTheSameAs(with(104, 6))).isTrue();
    assertThat(with(101, 5).saysTheSameAs(with(204, 6))).isFalse();
    assertThat(with(101, 5).saysTheSameAs(entry.unreachable())).isFalse();
  }
}
