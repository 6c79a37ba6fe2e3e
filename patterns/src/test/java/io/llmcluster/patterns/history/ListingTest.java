package io.llmcluster.patterns.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.storage.EraseFailedException;
import io.llmcluster.core.storage.JournalEraser;
import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestWorkflow;
import io.llmcluster.patterns.workflow.OnEachStore;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Lists come from the store, and what is erased is gone from it. */
class ListingTest extends OnEachStore {

  private ActorRef<ListActor.Command<WorkflowLists>> lists() {
    return started(ListActor.create(journal(), WorkflowActor.LIFECYCLE, new WorkflowLists(1000)));
  }

  private JournalReader journal() {
    return JournalReader.create(member().system(), member().store());
  }

  private <L> ActorRef<ListActor.Command<L>> started(Behavior<ListActor.Command<L>> lists) {
    return member().system().systemActorOf(lists, "lists-" + UUID.randomUUID(), Props.empty());
  }

  private WorkflowPage page(ActorRef<ListActor.Command<WorkflowLists>> lists, WorkflowFilter filter)
      throws Exception {
    CompletionStage<WorkflowPage> page =
        ListActor.ask(
            lists,
            all -> all.page(filter, 0, 100),
            TestMember.PATIENCE,
            member().system().scheduler());
    return page.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static WorkflowFilter in(WorkflowStatus status) {
    return new WorkflowFilter(Set.of(status), "", "", Long.MAX_VALUE, 0);
  }

  private List<String> ids(ActorRef<ListActor.Command<WorkflowLists>> lists, WorkflowStatus status)
      throws Exception {
    return page(lists, in(status)).workflows().stream().map(WorkflowSummary::id).toList();
  }

  @Test
  void a_list_is_never_older_than_its_question_and_wakes_nobody() throws Exception {
    ActorRef<ListActor.Command<WorkflowLists>> lists = lists();
    TestWorkflow running = begin("chain", "{'prompt':'q'}");
    assertThat(ids(lists, WorkflowStatus.RUNNING)).contains(running.id());
    TestWorkflow asking = begin("approved", "{'prompt':'q'}");
    answer("draft", "text");
    Awaitility.await()
        .atMost(TestMember.PATIENCE)
        .until(() -> ids(lists, WorkflowStatus.WAITING_INPUT).contains(asking.id()));
    running.cancel();
    running.stop();
    asking.stop();
    assertThat(ids(lists, WorkflowStatus.CANCELLED)).contains(running.id());
    // one that begins to read now knows the same, without the actors
    assertThat(ids(lists(), WorkflowStatus.WAITING_INPUT)).contains(asking.id());
  }

  private String beginFor(String tenant) {
    TestWorkflow workflow = process().start(UUID.randomUUID().toString());
    assertThat(workflow.submit("chain", "{'prompt':'q'}", tenant))
        .isInstanceOf(WorkflowReply.Done.class);
    return workflow.id();
  }

  private List<String> idsOf(ActorRef<ListActor.Command<WorkflowLists>> lists, String tenant)
      throws Exception {
    WorkflowFilter filter =
        new WorkflowFilter(Set.of(), "", tenant, Long.MAX_VALUE, Long.MIN_VALUE);
    WorkflowPage page = page(lists, filter);
    assertThat(page.total()).isEqualTo(page.workflows().size());
    return page.workflows().stream().map(WorkflowSummary::id).toList();
  }

  @Test
  void a_tenant_s_list_has_its_workflows_and_nobody_else_s() throws Exception {
    String ours = beginFor("ours");
    String theirs = beginFor("theirs");
    String oursToo = beginFor("ours");
    ActorRef<ListActor.Command<WorkflowLists>> lists = lists();
    assertThat(idsOf(lists, "ours")).containsExactlyInAnyOrder(ours, oursToo);
    assertThat(idsOf(lists, "theirs")).containsExactly(theirs);
    assertThat(idsOf(lists, "nobody")).isEmpty();
    assertThat(idsOf(lists, "")).contains(ours, theirs, oursToo);
  }

  @Test
  void an_erased_workflow_is_gone_from_the_store_and_from_the_lists() throws Exception {
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    workflow.cancel();
    workflow.stop();
    JournalEraser eraser = JournalEraser.create(member().system(), member().store());
    var erased =
        eraser.erase(WorkflowActor.persistenceId(workflow.id()).id()).toCompletableFuture();
    if (!testStore().erases()) {
      assertThatThrownBy(() -> erased.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(EraseFailedException.class);
      return;
    }
    erased.get(30, TimeUnit.SECONDS);
    assertThat(workflow.events()).isEmpty();
    assertThat(ids(lists(), WorkflowStatus.CANCELLED)).doesNotContain(workflow.id());
    TestWorkflow again = another().start(workflow.id());
    assertThat(again.state()).isInstanceOf(WorkflowState.Absent.class);
  }

  /** A list whose reading stands still at its first event until a test lets it go on. */
  private static final class Halting implements ListActor.Listing {
    private final WorkflowLists all = new WorkflowLists(1000);
    private final CountDownLatch reads = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public Object brief(Object event) {
      reads.countDown();
      try {
        goOn.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return all.brief(event);
    }

    @Override
    public void add(String id, long sequenceNr, Object brief) {
      all.add(id, sequenceNr, brief);
    }

    @Override
    public void removeAll(Collection<String> ids) {
      all.removeAll(ids);
    }
  }

  /** A list that knows how many events were read for it and not taken yet. */
  private static final class Counting implements ListActor.Listing {
    private final AtomicInteger read = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public Object brief(Object event) {
      read.incrementAndGet();
      most.accumulateAndGet(held.incrementAndGet(), Math::max);
      return event;
    }

    @Override
    public void add(String id, long sequenceNr, Object brief) {
      held.decrementAndGet();
    }

    @Override
    public void removeAll(Collection<String> ids) {}
  }

  @Test
  void of_all_that_is_in_the_store_a_list_holds_a_few_events_at_a_time() throws Exception {
    for (int i = 0; i < 9; i++) {
      begin("chain", "{'prompt':'q'}");
    }
    Counting counting = new Counting();
    ActorRef<ListActor.Command<Counting>> lists =
        started(ListActor.create(journal(), WorkflowActor.LIFECYCLE, counting, 3));
    CompletionStage<Integer> read =
        ListActor.ask(
            lists, list -> list.read.get(), TestMember.PATIENCE, member().system().scheduler());
    assertThat(read.toCompletableFuture().get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(9);
    assertThat(counting.held).hasValue(0);
    assertThat(counting.most.get()).isLessThanOrEqualTo(6);
  }

  @Test
  void what_is_erased_while_the_store_is_read_does_not_come_back_with_what_was_read()
      throws Exception {
    String erased = begin("chain", "{'prompt':'q'}").id();
    String kept = begin("chain", "{'prompt':'q'}").id();
    Halting halting = new Halting();
    ActorRef<ListActor.Command<Halting>> lists =
        started(ListActor.create(journal(), WorkflowActor.LIFECYCLE, halting));
    CompletionStage<WorkflowPage> page =
        ListActor.ask(
            lists,
            list -> list.all.page(WorkflowFilter.ALL, 0, 1000),
            TestMember.PATIENCE,
            member().system().scheduler());
    assertThat(halting.reads.await(30, TimeUnit.SECONDS)).isTrue();
    lists.tell(new ListActor.Erased<>(List.of(erased)));
    halting.goOn.countDown();
    assertThat(page.toCompletableFuture().get(30, TimeUnit.SECONDS).workflows())
        .extracting(WorkflowSummary::id)
        .contains(kept)
        .doesNotContain(erased);
  }
}
