package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.ClusterMember.Status;
import java.util.Set;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.Test;

class ClusterMemberTest {

  private static Status seen(Status status, boolean unreachable, boolean draining) {
    return new ClusterMember("m", Set.of(), status).seen(unreachable, draining).status();
  }

  @Test
  void what_the_cluster_calls_a_member_has_five_words_here() {
    assertThat(Status.of(MemberStatus.joining())).isEqualTo(Status.JOINING);
    assertThat(Status.of(MemberStatus.weaklyUp())).isEqualTo(Status.JOINING);
    assertThat(Status.of(MemberStatus.up())).isEqualTo(Status.UP);
    assertThat(Status.of(MemberStatus.leaving())).isEqualTo(Status.LEAVING);
    assertThat(Status.of(MemberStatus.exiting())).isEqualTo(Status.LEAVING);
    assertThat(Status.of(MemberStatus.down())).isEqualTo(Status.DOWN);
  }

  @Test
  void who_cannot_be_reached_is_unreachable_until_it_is_given_up() {
    for (Status status : Status.values()) {
      assertThat(seen(status, true, true))
          .isEqualTo(status == Status.DOWN ? Status.DOWN : Status.UNREACHABLE);
    }
  }

  @Test
  void who_drains_is_leaving() {
    assertThat(seen(Status.UP, false, true)).isEqualTo(Status.LEAVING);
    assertThat(seen(Status.UP, false, false)).isEqualTo(Status.UP);
    assertThat(seen(Status.DOWN, false, true)).isEqualTo(Status.DOWN);
  }
}
