package io.llmcluster.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineNameTest {

  @Test
  void what_a_nodes_name_may_not_have_is_replaced() {
    assertThat(MachineName.clean("host_1.local")).isEqualTo("host_1.local");
    assertThat(MachineName.clean("a b/c:\u00e9")).isEqualTo("a-b-c--");
    assertThat(MachineName.clean("x".repeat(100))).hasSize(64);
  }

  @Test
  void this_machine_has_one() {
    assertThat(MachineName.get()).matches("[A-Za-z0-9._-]{1,64}");
  }
}
