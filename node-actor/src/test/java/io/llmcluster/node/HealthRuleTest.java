package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.node.backend.BackendStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthRuleTest {

  private static final BackendStatus UP =
      new BackendStatus(
          NodeHealth.UP,
          "",
          "0.17.4",
          List.of(
              new InstalledModel("m:latest", "", 1, "", ModelDetails.UNKNOWN, List.of(), "", "")),
          List.of(new LoadedModel("m:latest", 1, 0, 0, "")),
          2);

  private static final BackendStatus DOWN = BackendStatus.trouble(NodeHealth.DOWN, "refused");

  @Test
  void one_failed_look_is_not_an_outage() {
    assertThat(HealthRule.next(UP, DOWN, 1).health()).isEqualTo(NodeHealth.UP);
  }

  @Test
  void two_in_a_row_are() {
    BackendStatus next = HealthRule.next(UP, DOWN, 2);
    assertThat(next.health()).isEqualTo(NodeHealth.DOWN);
    assertThat(next.reason()).isEqualTo("refused");
  }

  @Test
  void a_node_that_was_never_up_is_down_at_once() {
    BackendStatus starting = BackendStatus.trouble(NodeHealth.STARTING, "");
    assertThat(HealthRule.next(starting, DOWN, 1).health()).isEqualTo(NodeHealth.DOWN);
  }

  @Test
  void a_node_in_trouble_keeps_its_models_on_disk_but_none_in_memory() {
    BackendStatus next = HealthRule.next(UP, DOWN, 2);
    assertThat(next.installed()).isEqualTo(UP.installed());
    assertThat(next.loaded()).isEmpty();
  }

  @Test
  void busy_is_not_broken_and_keeps_what_it_has_loaded() {
    BackendStatus next = HealthRule.next(UP, BackendStatus.trouble(NodeHealth.BUSY, "503"), 0);
    assertThat(next.health()).isEqualTo(NodeHealth.BUSY);
    assertThat(next.loaded()).isEqualTo(UP.loaded());
  }
}
