package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.history.WorkflowHistory.Recorded;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.stream.javadsl.Sink;
import org.awaitility.Awaitility;

/**
 * A workflow's actor in memory, and what is recorded of it.
 *
 * @param member where it runs
 * @param id of the workflow
 * @param ref its actor
 * @param shard hears when it wants to leave memory
 */
public record TestWorkflow(
    TestMember member,
    String id,
    ActorRef<WorkflowCommand> ref,
    TestProbe<ClusterSharding.ShardCommand> shard) {

  public WorkflowReply ask(Function<ActorRef<WorkflowReply>, WorkflowCommand> command) {
    TestProbe<WorkflowReply> probe = member.kit().createTestProbe(WorkflowReply.class);
    ref.tell(command.apply(probe.getRef()));
    return probe.receiveMessage(TestMember.PATIENCE);
  }

  public WorkflowReply submit(String pattern, String request) {
    return submit(pattern, request, "me");
  }

  public WorkflowReply submit(String pattern, String request, String tenant) {
    ObjectNode json = Simulation.object(request);
    return ask(
        replyTo -> new WorkflowCommand.Submit(pattern, json, json.toString(), tenant, replyTo));
  }

  public WorkflowReply pause() {
    return ask(WorkflowCommand.Pause::new);
  }

  public WorkflowReply resume() {
    return ask(WorkflowCommand.Resume::new);
  }

  public WorkflowReply cancel() {
    return ask(replyTo -> new WorkflowCommand.Cancel("enough", replyTo));
  }

  public WorkflowReply input(String text) {
    return ask(
        replyTo ->
            new WorkflowCommand.GiveInput("ok", JsonNodeFactory.instance.textNode(text), replyTo));
  }

  /** Hears answers to several commands. */
  public TestProbe<WorkflowReply> replies() {
    return member.kit().createTestProbe(WorkflowReply.class);
  }

  public TestProbe<Object> probe() {
    return member.kit().createTestProbe(Object.class);
  }

  /** Hears what a follower would. */
  public TestProbe<WorkflowUpdate> watch() {
    TestProbe<WorkflowUpdate> probe = member.kit().createTestProbe(WorkflowUpdate.class);
    ref.tell(new WorkflowCommand.Watch(probe.getRef()));
    return probe;
  }

  /** Its actor leaves memory. */
  public void stop() {
    member.kit().stop(ref, TestMember.PATIENCE);
  }

  public void awaitPassivation() {
    shard.expectMessageClass(ClusterSharding.Passivate.class, TestMember.PATIENCE);
  }

  public WorkflowState state() {
    return TestMember.join(member.history().read(id)).state();
  }

  public List<WorkflowEvent> events() {
    return TestMember.join(
            member.history().events(id, 0, Long.MAX_VALUE).runWith(Sink.seq(), member.system()))
        .stream()
        .map(Recorded::event)
        .toList();
  }

  public <E extends WorkflowEvent> List<E> events(Class<E> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Its state, once it is as wanted. */
  public Live awaitLive(Predicate<Live> wanted) {
    return (Live)
        Awaitility.await("workflow " + id)
            .atMost(TestMember.PATIENCE)
            .until(this::state, now -> now instanceof Live live && wanted.test(live));
  }

  public Ended awaitEnd() {
    return (Ended)
        Awaitility.await("end of workflow " + id)
            .atMost(TestMember.PATIENCE)
            .until(this::state, Ended.class::isInstance);
  }
}
