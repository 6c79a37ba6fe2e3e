package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.cluster.ClusterSettings.Role;
import org.junit.jupiter.api.Test;

class StoreAccessTest {

  private static final String JOINS = "cluster.seeds = [\"10.0.0.1:25520\"]\n";
  private static final String MONGO = "mongodb.uri = \"mongodb://h\"\n";
  private static final String SERVED = "storage.server = \"127.0.0.1:9\"\n";

  private static StoreAccess of(String lines) {
    Config config = ConfigFactory.parseString(lines).withFallback(ConfigFactory.load());
    return StoreAccess.of(ClusterSettings.create(config), StorageSettings.create(config));
  }

  @Test
  void a_member_that_forms_the_cluster_opens_its_file() {
    assertThat(of("").store()).containsInstanceOf(Store.OwnFile.class);
    assertThat(of("cluster.seeds = [\"127.0.0.1:25520\"]").store()) // itself
        .containsInstanceOf(Store.OwnFile.class);
  }

  @Test
  void a_member_that_joins_without_a_common_store_leaves_out_workflows() {
    StoreAccess access = of(JOINS);
    assertThat(access.store()).isEmpty();
    assertThat(access.leftOut()).isTrue();
    assertThat(access.cluster().roles()).containsExactlyInAnyOrder(Role.GATEWAY, Role.NODE);
  }

  @Test
  void a_member_that_joins_and_shares_the_store_has_all_roles() {
    assertThat(of(JOINS + MONGO).cluster().roles()).contains(Role.WORKFLOW);
    assertThat(of(JOINS + MONGO).store()).containsInstanceOf(Store.Mongo.class);
    assertThat(of(JOINS + SERVED).cluster().roles()).contains(Role.WORKFLOW);
    assertThat(of(JOINS + SERVED).store()).containsInstanceOf(Store.Served.class);
  }

  @Test
  void a_gateway_reads_a_shared_store_but_opens_no_file_that_nobody_writes_to() {
    assertThat(of("cluster.roles = [gateway]\n" + MONGO).store()).isPresent();
    assertThat(of("cluster.roles = [gateway]").store()).isEmpty();
    assertThat(of(JOINS + "cluster.roles = [gateway]").leftOut()).isFalse();
  }

  @Test
  void a_node_opens_no_store() {
    assertThat(of("cluster.roles = [node]").store()).isEmpty();
    assertThat(of("cluster.roles = [node]\n" + MONGO).store()).isEmpty();
  }

  @Test
  void a_member_with_nothing_left_to_do_does_not_start() {
    assertThatThrownBy(() -> of(JOINS + "cluster.roles = [workflow]"))
        .hasMessageStartingWith("cluster.roles: [workflow]: this member joins others")
        .hasMessageContaining("MONGODB_URI")
        .hasMessageContaining("storage.server");
  }
}
