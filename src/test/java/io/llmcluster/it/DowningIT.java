package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three members, as they are set on several machines: the larger side of a partition goes on. */
class DowningIT {

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";

  private final StandIn backend = StandIn.start("a");
  private final List<MemberProcess> members = new ArrayList<>();

  @BeforeEach
  void threeMembers() {
    for (int i = 0; i < 3; i++) {
      members.add(
          MemberProcess.start(
              "cluster.downing=majority",
              "inference.grace=20s", // the node may be on its way
              "nodes=[" + backend.node(4) + "]",
              i == 0 ? "cluster.seeds=[]" : members.get(0).joins()));
    }
    awaitMembers(3, members);
  }

  @AfterEach
  void stop() {
    members.forEach(MemberProcess::close);
    backend.close();
  }

  private static void awaitMembers(int count, List<MemberProcess> members) {
    for (MemberProcess member : members) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> member.gateway().members() == count);
    }
  }

  @Test
  void the_majority_goes_on_without_a_member_that_is_killed() {
    members.get(0).kill(); // the first seed, and the oldest
    List<MemberProcess> rest = members.subList(1, 3);
    awaitMembers(2, rest);
    for (MemberProcess member : rest) {
      assertThat(member.gateway().post("/api/generate", GENERATE).statusCode()).isEqualTo(200);
      assertThat(member.isAlive()).isTrue();
    }
  }

  /** It cannot know that the others are not going on without it. */
  @Test
  void who_is_left_alone_of_three_stops() throws Exception {
    members.get(1).kill();
    members.get(2).kill();
    assertThat(members.get(0).exitCode()).isEqualTo(1);
    assertThat(members.get(0).output()).contains("the cluster has shut this member out");
  }
}
