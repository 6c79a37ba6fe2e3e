package io.llmcluster.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.ClusterMember;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterViewsTest {

  @Test
  void a_member_is_shown_by_address_with_its_own_roles_and_as_it_is() {
    ClusterMember lost =
        new ClusterMember(
            "pekko://llm-cluster@10.0.0.1:2551#-7",
            Set.of("node", "gateway", "dc-default"),
            ClusterMember.Status.UNREACHABLE);
    assertThat(ClusterViews.Member.of(lost))
        .isEqualTo(
            new ClusterViews.Member("10.0.0.1:2551", List.of("gateway", "node"), "unreachable"));
  }
}
