package io.llmcluster.node;

import io.grpc.Status;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.ListReply;
import io.llmcluster.core.protocol.ListRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.core.stream.OnEnd;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The node protocol in front of this member's nodes; over gRPC and, for this process, without it.
 */
public final class NodeCalls implements NodeService {

  /** A node's actor answers at once; this is for one that has just stopped. */
  private static final Duration ACTOR_ANSWERS = Duration.ofSeconds(5);

  /** As Ollama writes it (server/routes.go, streamResponse). */
  private static final ByteString ERROR_LINE = ByteString.fromString("{\"error\":");

  private final ActorSystem<?> system;
  private final LocalNodes nodes;
  private final Directory directory;
  private final String member;

  /**
   * @param member this one, as {@link NodeEntry#member} names it
   */
  public NodeCalls(ActorSystem<?> system, LocalNodes nodes, Directory directory, String member) {
    this.system = system;
    this.nodes = nodes;
    this.directory = directory;
    this.member = member;
  }

  @Override
  public CompletionStage<ListReply> list(ListRequest in) {
    ListReply.Builder reply = ListReply.newBuilder();
    directory.view().nodes().stream()
        .filter(node -> node.member().equals(member))
        .map(node -> ProtocolNodes.write(node, directory.load(node)))
        .forEach(reply::addNodes);
    return CompletableFuture.completedStage(reply.build());
  }

  @Override
  public Source<InferReply, NotUsed> infer(InferRequest request) {
    Optional<ActorRef<NodeActor.Command>> node = nodes.find(request.getNode());
    if (node.isEmpty()) {
      return Source.failed(noSuchNode(request.getNode()));
    }
    return new InferCall(node.get(), request).replies();
  }

  @Override
  public CompletionStage<ControlReply> load(ModelRequest in) {
    return control(
        new CallLog(in.getRequestId(), in.getNode()),
        "load",
        true,
        backend -> backend.load(in.getModel()));
  }

  @Override
  public CompletionStage<ControlReply> unload(ModelRequest in) {
    return control(
        new CallLog(in.getRequestId(), in.getNode()),
        "unload",
        true,
        backend -> backend.unload(in.getModel()));
  }

  @Override
  public CompletionStage<ControlReply> delete(ModelRequest in) {
    return control(
        new CallLog(in.getRequestId(), in.getNode()),
        "delete",
        true,
        backend -> backend.delete(in.getModel()));
  }

  @Override
  public CompletionStage<ControlReply> copy(CopyRequest in) {
    return control(
        new CallLog(in.getRequestId(), in.getNode()),
        "copy",
        true,
        backend -> backend.copy(in.getSource(), in.getDestination()));
  }

  @Override
  public CompletionStage<ControlReply> show(ModelRequest in) {
    return control(
        new CallLog(in.getRequestId(), in.getNode()),
        "show",
        false,
        backend -> backend.show(in.getModel(), WireBytes.toPekko(in.getBody())));
  }

  @Override
  public Source<PullProgress, NotUsed> pull(ModelRequest in) {
    Optional<ActorRef<NodeActor.Command>> node = nodes.find(in.getNode());
    if (node.isEmpty()) {
      return Source.failed(noSuchNode(in.getNode()));
    }
    CallLog log = new CallLog(in.getRequestId(), in.getNode());
    return Source.completionStageSource(
            backendOf(node.get(), log)
                .thenApply(backend -> backend.pull(in.getModel(), WireBytes.toPekko(in.getBody()))))
        .map(
            line -> {
              if (line.status() == 0 && line.json().startsWith(ERROR_LINE, 0)) {
                log.answeredWithError("pull"); // the backend's end of a stream that began well
              }
              return PullProgress.newBuilder()
                  .setStatus(line.status())
                  .setLine(WireBytes.toProtobuf(line.json()))
                  .build();
            })
        .mapError(
            Throwable.class,
            failure -> {
              GrpcServiceException told = CallFailures.toGrpc(failure);
              log.failed("pull", told);
              return told;
            })
        .via(new OnEnd<>(() -> node.get().tell(NodeActor.LookNow.INSTANCE)))
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  private CompletionStage<ControlReply> control(
      CallLog log,
      String what,
      boolean changes,
      Function<Backend, CompletionStage<BackendAnswer.Whole>> call) {
    Optional<ActorRef<NodeActor.Command>> node = nodes.find(log.node());
    if (node.isEmpty()) {
      return CompletableFuture.failedStage(noSuchNode(log.node()));
    }
    return backendOf(node.get(), log)
        .thenCompose(call)
        .handle(
            (answer, failure) -> {
              if (changes) {
                node.get().tell(NodeActor.LookNow.INSTANCE);
              }
              if (failure != null) {
                GrpcServiceException told = CallFailures.toGrpc(failure);
                log.failed(what, told);
                throw told;
              }
              return ControlReply.newBuilder()
                  .setStatus(answer.status())
                  .setBody(WireBytes.toProtobuf(answer.body()))
                  .build();
            });
  }

  private CompletionStage<Backend> backendOf(ActorRef<NodeActor.Command> node, CallLog log) {
    return AskPattern.<NodeActor.Command, NodeActor.Acquired>ask(
            node, NodeActor.GetBackend::new, ACTOR_ANSWERS, system.scheduler())
        .handle(
            (acquired, silent) -> {
              if (acquired instanceof NodeActor.Acquired.Granted granted) {
                return granted.backend().onBehalfOf(log.requestId());
              }
              throw silent == null ? CallFailures.refused(acquired) : CallFailures.gone(log.node());
            });
  }

  private static GrpcServiceException noSuchNode(String name) {
    return new GrpcServiceException(
        Status.NOT_FOUND.withDescription("this member does not stand for node '" + name + "'"));
  }
}
