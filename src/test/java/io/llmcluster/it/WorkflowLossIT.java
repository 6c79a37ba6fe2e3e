package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows of all kinds, under way while members are killed. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class WorkflowLossIT {

  private static final List<String> KINDS =
      List.of("ensemble", "maestro", "decompose", "debate", "auto");

  @TempDir Path folder;

  private final List<StandIn> backends = new ArrayList<>();
  private final List<MemberProcess> members = new ArrayList<>();
  private StoreServer store;
  private String nodes = "";

  @BeforeEach
  void start() {
    store = StoreServer.start(new Store.OwnFile(folder.resolve("store")));
    for (int i = 0; i < 3; i++) {
      backends.add(StandIn.start("n" + i).answers(10, Duration.ofMillis(30)));
    }
    nodes =
        backends.stream().map(one -> one.node(8)).collect(Collectors.joining(",", "nodes=[", "]"));
    member();
    member();
    member();
    awaitMembers(3);
  }

  @AfterEach
  void stop() {
    members.forEach(MemberProcess::close);
    backends.forEach(StandIn::close);
    store.close();
  }

  private void member() {
    String server = "storage.server=\"" + store.address() + "\"";
    String data = "data-dir=\"" + folder + "\"";
    members.add(
        members.isEmpty()
            ? MemberProcess.start(nodes, server, data)
            : MemberProcess.start(nodes, server, data, members.get(0).joins()));
  }

  private void awaitMembers(int count) {
    for (MemberProcess member : members) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .until(() -> member.gateway().members() == count);
    }
  }

  private List<Workflow> begin(int count) {
    List<Workflow> workflows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      workflows.add(
          Workflow.begin(
              members.get(i % members.size()).gateway(),
              KINDS.get(i % KINDS.size()),
              "{\"prompt\":\"question " + i + "\",\"models\":[\"m\"]}"));
    }
    return workflows;
  }

  static void assertToldOnce(Workflow workflow) {
    assertThat(workflow.isOver()).as(workflow.id() + workflow.names()).isTrue();
    assertThat(workflow.numbers())
        .as("no gap and no repeat")
        .isEqualTo(LongStream.rangeClosed(1, workflow.numbers().size()).boxed().toList());
    assertThat(workflow.completedSteps()).doesNotHaveDuplicates();
    assertThat(workflow.names().stream().filter("WorkflowCompleted"::equals)).hasSize(1);
  }

  @Test
  void members_that_are_killed_one_after_the_other_lose_nothing_and_finish_nothing_twice()
      throws Exception {
    List<Workflow> workflows = begin(20);
    ExecutorService followers = Executors.newCachedThreadPool();
    for (Workflow workflow : workflows) {
      followers.execute(
          () -> {
            for (int turn = 0; !workflow.isOver() && turn < 10_000; turn++) {
              List<MemberProcess> now = List.copyOf(members);
              workflow.follow(now.get(turn % now.size()).gateway());
            }
          });
    }
    for (int round = 0; round < 2; round++) {
      int before = backends.stream().mapToInt(one -> one.received.get()).sum();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  workflows.stream().allMatch(Workflow::isOver)
                      || backends.stream().mapToInt(one -> one.received.get()).sum() > before + 5);
      MemberProcess killed = members.remove(members.size() - 1 - round % 2);
      killed.kill();
      awaitMembers(2);
      member();
      awaitMembers(3);
    }
    followers.shutdown();
    assertThat(followers.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
    workflows.forEach(WorkflowLossIT::assertToldOnce);
  }

  @Test
  void after_a_full_stop_all_workflows_go_on_by_themselves() {
    backends.forEach(one -> one.answers(1000, Duration.ofMillis(30))); // so that none is done
    List<Workflow> workflows = begin(15);
    members.forEach(MemberProcess::kill);
    members.clear();
    backends.forEach(one -> one.answers(10, Duration.ofMillis(30)).received.set(0));
    member();
    Gateway gateway = members.get(0).gateway();
    // Nobody asks for a workflow: the calls that arrive are those of workflows that go on.
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> backends.stream().mapToInt(one -> one.received.get()).sum() >= 15);
    for (Workflow workflow : workflows) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> workflow.view(gateway).path("status").asText().equals("completed"));
      workflow.follow(gateway);
      assertToldOnce(workflow);
      assertThat(workflow.view(gateway).path("recovery").path("reissued").asInt()).isPositive();
    }
  }
}
