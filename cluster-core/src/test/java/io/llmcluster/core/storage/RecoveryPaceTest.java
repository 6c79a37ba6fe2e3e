package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restart of the whole cluster is no stampede: what was running comes back little by little. */
class RecoveryPaceTest {

  private static final int ENTITIES = 60;
  private static final int MOST_PER_SECOND = 300;
  private static final String PACE =
      "pekko.cluster.sharding.entity-recovery-constant-rate-strategy";

  private record Wake(ActorRef<Done> replyTo) {}

  private static final EntityTypeKey<Wake> KEY = EntityTypeKey.create(Wake.class, "paced");

  @TempDir Path folder = Path.of("");

  /** A member whose entities are remembered in the embedded store. */
  private static final class Member implements AutoCloseable {

    private final OpenStore store;
    private final ActorTestKit kit;

    Member(Path folder, String settings) {
      store = OpenStore.open(new Store.OwnFile(folder));
      kit =
          ActorTestKit.create(
              "paced",
              ConfigFactory.parseString(
                      settings
                          + """

                          pekko.actor.provider = cluster
                          pekko.cluster.roles = [workflow]
                          pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                          """)
                  .withFallback(
                      StoreConfig.over(ConfigFactory.load(), Optional.of(store.store()))));
      Cluster cluster = Cluster.get(kit.system());
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      ClusterSharding.get(kit.system())
          .init(
              Entity.of(KEY, entity -> awake())
                  .withRole("workflow")
                  .withSettings(
                      ClusterShardingSettings.create(kit.system()).withRememberEntities(true)));
    }

    private static Behavior<Wake> awake() {
      return Behaviors.receiveMessage(
          wake -> {
            wake.replyTo().tell(Done.getInstance());
            return Behaviors.same();
          });
    }

    void wake(String id) {
      ClusterSharding.get(kit.system())
          .entityRefFor(KEY, id)
          .ask(Wake::new, TestSystem.PATIENCE)
          .toCompletableFuture()
          .join();
    }

    /** How many entities each shard has in memory; those that have any. */
    Map<String, Integer> awakeByShard() {
      CurrentShardRegionState state =
          AskPattern.<ClusterShardingQuery, CurrentShardRegionState>ask(
                  ClusterSharding.get(kit.system()).shardState(),
                  replyTo -> new GetShardRegionState(KEY, replyTo),
                  TestSystem.PATIENCE,
                  kit.scheduler())
              .toCompletableFuture()
              .join();
      Map<String, Integer> awake = new TreeMap<>();
      state.getShards().stream()
          .filter(shard -> !shard.getEntityIds().isEmpty())
          .forEach(shard -> awake.put(shard.shardId(), shard.getEntityIds().size()));
      return awake;
    }

    @Override
    public void close() {
      kit.shutdownTestKit();
      store.close();
    }
  }

  /** With a pace of one in an hour it can be seen without a clock. */
  @Test
  void after_a_restart_each_shard_begins_one_and_then_waits() {
    Map<String, Integer> before;
    try (Member first = new Member(folder, "")) {
      for (int i = 0; i < ENTITIES; i++) {
        first.wake("workflow-" + i);
      }
      before = first.awakeByShard();
    }
    assertThat(before.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(ENTITIES);
    assertThat(before.values()).anyMatch(count -> count > 1);
    try (Member second = new Member(folder, PACE + ".frequency = 1h")) {
      Awaitility.await()
          .atMost(TestSystem.PATIENCE)
          .until(() -> second.awakeByShard().keySet().equals(before.keySet()));
      assertThat(second.awakeByShard().values()).containsOnly(1);
    }
  }

  @Test
  void all_shards_together_begin_no_more_than_three_hundred_a_second() {
    Config set = StoreConfig.over(ConfigFactory.load(), Optional.empty());
    assertThat(set.getString("pekko.cluster.sharding.entity-recovery-strategy"))
        .isEqualTo("constant");
    Duration pause = set.getDuration(PACE + ".frequency");
    int together =
        set.getInt(PACE + ".number-of-entities")
            * set.getInt("pekko.cluster.sharding.number-of-shards");
    assertThat(together * 1000L / pause.toMillis()).isBetween(1L, (long) MOST_PER_SECOND);
  }
}
