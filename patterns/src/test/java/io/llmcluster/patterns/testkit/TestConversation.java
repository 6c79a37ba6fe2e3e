package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.conversation.ConversationActor;
import io.llmcluster.patterns.conversation.ConversationCommand;
import io.llmcluster.patterns.conversation.ConversationDesk;
import io.llmcluster.patterns.conversation.ConversationEvent;
import io.llmcluster.patterns.conversation.ConversationHistory.Recorded;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.Transcript;
import io.llmcluster.patterns.conversation.TranscriptEntry;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import io.llmcluster.patterns.workflow.Workshop;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.stream.javadsl.Sink;
import org.awaitility.Awaitility;

/**
 * A conversation's actor in memory, and what is recorded of it.
 *
 * @param member where it runs
 * @param id of the conversation
 * @param ref its actor
 * @param shard hears when it wants to leave memory
 * @param children workflows that were begun in its process
 */
public record TestConversation(
    TestMember member,
    String id,
    ActorRef<ConversationCommand> ref,
    TestProbe<ClusterSharding.ShardCommand> shard,
    LocalChildren children) {

  /** Starts the actor, as sharding would. */
  public static TestConversation start(
      TestProcess process, String id, ConversationSettings settings) {
    TestMember member = process.member();
    Workshop workshop = process.workshop();
    LocalChildren children = new LocalChildren(process);
    TestProbe<ClusterSharding.ShardCommand> shard =
        member.kit().createTestProbe(ClusterSharding.ShardCommand.class);
    ConversationDesk desk =
        new ConversationDesk(
            workshop.patterns(),
            process.calls(),
            children,
            workshop.cast(),
            workshop.clock(),
            workshop.settings(),
            settings);
    return new TestConversation(
        member,
        id,
        member
            .kit()
            .spawn(
                ConversationActor.create(
                    new EntityContext<>(ConversationActor.KEY, id, shard.getRef()),
                    desk,
                    member.woken()::add)),
        shard,
        children);
  }

  public ConversationReply ask(Function<ActorRef<ConversationReply>, ConversationCommand> command) {
    TestProbe<ConversationReply> probe = member.kit().createTestProbe(ConversationReply.class);
    ref.tell(command.apply(probe.getRef()));
    return probe.receiveMessage(TestMember.PATIENCE);
  }

  public ConversationReply create(String request) {
    ObjectNode json = Simulation.object(request);
    return ask(replyTo -> new ConversationCommand.Create(json, json.toString(), "me", replyTo));
  }

  /** Says something, in one word or as an object. */
  public ConversationReply post(String messageId, String message) {
    ObjectNode json =
        Simulation.object(message.startsWith("{") ? message : "{'content':'" + message + "'}");
    return ask(replyTo -> new ConversationCommand.Post(messageId, json, json.toString(), replyTo));
  }

  public ConversationReply forget() {
    return ask(replyTo -> new ConversationCommand.Forget(false, replyTo));
  }

  public TestProbe<Object> probe() {
    return member.kit().createTestProbe(Object.class);
  }

  /** Hears what a follower would. */
  public TestProbe<WorkflowUpdate> watch() {
    TestProbe<WorkflowUpdate> probe = member.kit().createTestProbe(WorkflowUpdate.class);
    ref.tell(new ConversationCommand.Watch(probe.getRef()));
    return probe;
  }

  /** Its actor leaves memory. */
  public void stop() {
    member.kit().stop(ref, TestMember.PATIENCE);
  }

  /** Its shard lets it go, to another member or out of memory. */
  public void leave() {
    ref.tell(ConversationActor.stopMessage());
    member.kit().createTestProbe(Object.class).expectTerminated(ref, TestMember.PATIENCE);
  }

  public void awaitPassivation() {
    shard.expectMessageClass(ClusterSharding.Passivate.class, TestMember.PATIENCE);
  }

  public Transcript transcript() {
    return transcript(member, id);
  }

  /** What is recorded of a conversation, whether its actor is there or not. */
  static Transcript transcript(TestMember member, String id) {
    return TestMember.join(
        member.conversations().read(id, Transcript.Wanted.page(0, Integer.MAX_VALUE)));
  }

  public Open open() {
    return (Open) transcript().state();
  }

  /** Its state, once it is as wanted. */
  public Open await(Predicate<Open> wanted) {
    return Awaitility.await("conversation " + id)
        .atMost(TestMember.PATIENCE)
        .until(
            () -> transcript().state() instanceof Open open && wanted.test(open) ? open : null,
            Objects::nonNull);
  }

  /** A message, once its turn is over. */
  public TranscriptEntry awaitOver(String messageId) {
    return Awaitility.await("turn of " + messageId)
        .atMost(TestMember.PATIENCE)
        .until(() -> message(messageId), message -> message.status().isOver());
  }

  public TranscriptEntry message(String messageId) {
    return transcript().entries().stream()
        .filter(entry -> entry.messageId().equals(messageId))
        .findFirst()
        .orElseThrow();
  }

  public List<ConversationEvent> events() {
    return TestMember.join(
            member
                .conversations()
                .events(id, 0, Long.MAX_VALUE)
                .runWith(Sink.seq(), member.system()))
        .stream()
        .map(Recorded::event)
        .toList();
  }

  public <E extends ConversationEvent> List<E> events(Class<E> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }
}
