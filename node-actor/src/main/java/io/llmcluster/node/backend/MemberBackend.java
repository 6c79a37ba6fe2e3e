package io.llmcluster.node.backend;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.inference.NodeStatus;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.ListRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.NodeServiceClient;
import io.llmcluster.core.protocol.NodeState;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.node.NodeStates;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The node port of a member of another cluster, as one backend: it has what that member's nodes
 * have together, and each request goes to the least busy of those that have its model.
 */
public final class MemberBackend implements Backend {

  private final ClassicActorSystemProvider system;
  private final BackendAddress address;
  private final BackendSettings settings;
  private final NodeServiceClient member;

  /** As the last look found them. */
  private volatile List<NodeState> nodes = List.of();

  public MemberBackend(
      ClassicActorSystemProvider system, BackendAddress address, BackendSettings settings) {
    this.system = system;
    this.address = address;
    this.settings = settings;
    this.member =
        NodeClients.connect(system, address.host(), address.port(), settings.maxMessageBytes());
  }

  @Override
  public BackendKind kind() {
    return BackendKind.MEMBER;
  }

  @Override
  public void close() {
    member.close();
  }

  @Override
  public CompletionStage<BackendStatus> probe() {
    return member
        .list(ListRequest.getDefaultInstance())
        .toCompletableFuture()
        .orTimeout(settings.probeTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                return BackendStatus.trouble(NodeHealth.DOWN, "no member answers at " + address);
              }
              nodes = reply.getNodesList().stream().filter(MemberBackend::takesRequests).toList();
              return status(reply.getNodesCount());
            });
  }

  private static boolean takesRequests(NodeState node) {
    return node.getHealth().equals(NodeHealth.UP.id())
        || node.getHealth().equals(NodeHealth.BUSY.id());
  }

  private BackendStatus status(int all) {
    if (nodes.isEmpty()) {
      return BackendStatus.trouble(NodeHealth.DOWN, "none of the member's " + all + " nodes is up");
    }
    Map<String, InstalledModel> installed = new LinkedHashMap<>();
    Map<String, LoadedModel> loaded = new LinkedHashMap<>();
    for (NodeState node : nodes) {
      NodeStates.installed(node).forEach(model -> installed.putIfAbsent(model.name(), model));
      NodeStates.loaded(node).forEach(model -> loaded.putIfAbsent(model.name(), model));
    }
    return new BackendStatus(
        NodeHealth.UP,
        "",
        "",
        List.copyOf(installed.values()),
        List.copyOf(loaded.values()),
        nodes.stream().mapToInt(NodeState::getCapacity).sum());
  }

  /** The least busy node that has the model; without one the least busy of all. */
  private String nodeFor(String model) {
    String key = ModelName.key(model);
    Comparator<NodeState> has =
        Comparator.comparing(
            node ->
                node.getInstalledList().stream()
                    .noneMatch(one -> ModelName.key(one.getName()).equals(key)));
    return nodes.stream()
        .min(
            has.thenComparingDouble(
                node -> (node.getActive() + node.getWaiting()) / (1.0 + node.getCapacity())))
        .map(NodeState::getName)
        .orElse("");
  }

  @Override
  public CompletionStage<BackendAnswer> infer(BackendRequest request) {
    InferRequest message =
        InferRequest.newBuilder()
            .setNode(nodeFor(request.model()))
            .setRequestId(request.requestId())
            .setOperation(request.operation())
            .setModel(request.model())
            .setStream(request.stream())
            .setBody(WireBytes.toProtobuf(request.body()))
            .build();
    var running =
        member
            .infer(message)
            .viaMat(KillSwitches.single(), Keep.right())
            .prefixAndTail(1)
            .toMat(Sink.head(), Keep.both())
            .run(system);
    request.cancelled().thenRun(running.first()::shutdown);
    return running
        .second()
        .handle(
            (begun, failure) -> {
              if (failure != null) {
                throw translated(failure, true);
              }
              return begun;
            })
        .thenCompose(begun -> answer(request.stream(), begun));
  }

  private CompletionStage<BackendAnswer> answer(
      boolean stream, Pair<List<InferReply>, Source<InferReply, NotUsed>> begun) {
    Source<ByteString, NotUsed> body =
        begun
            .second()
            .map(reply -> WireBytes.toPekko(reply.getChunk()))
            .mapError(Throwable.class, failure -> translated(failure, false));
    if (begun.first().isEmpty() || !begun.first().get(0).hasHead()) {
      body.runWith(Sink.cancelled(), system);
      return CompletableFuture.failedStage(
          new BackendException.Garbled("the member at " + address + " gave no answer"));
    }
    var head = begun.first().get(0).getHead();
    if (stream && head.getStatus() == 200) {
      return CompletableFuture.completedStage(
          new BackendAnswer.Streamed(head.getContentType(), body));
    }
    return body.runWith(Folded.sink(ByteString.emptyByteString(), ByteString::concat), system)
        .thenApply(
            whole ->
                new BackendAnswer.Whole(head.getStatus(), head.getContentType(), whole.compact()));
  }

  /** A member that cannot start a call has started nothing; one that has begun it breaks it off. */
  private BackendException translated(Throwable failure, boolean before) {
    Status status = NodeStatus.of(failure);
    String words = NodeStatus.words(status, String.valueOf(address));
    return switch (status.getCode()) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, NOT_FOUND ->
          before ? new BackendException.Unreachable(words) : new BackendException.Aborted(words);
      case INTERNAL -> new BackendException.Garbled(words);
      default -> new BackendException.Aborted(words);
    };
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return whole(member.load(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return whole(member.unload(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    return whole(member.delete(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return whole(
        member.copy(
            CopyRequest.newBuilder()
                .setNode(nodeFor(source))
                .setSource(source)
                .setDestination(destination)
                .build()));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    return whole(member.show(about(model, body)));
  }

  @Override
  public Source<ByteString, NotUsed> pull(String model, ByteString body) {
    return member
        .pull(about(model, body))
        .map(progress -> WireBytes.toPekko(progress.getLine()))
        .mapError(Throwable.class, failure -> translated(failure, false));
  }

  private ModelRequest about(String model, ByteString body) {
    return ModelRequest.newBuilder()
        .setNode(nodeFor(model))
        .setModel(model)
        .setBody(UnsafeByteOperations.unsafeWrap(body.toArrayUnsafe()))
        .build();
  }

  private CompletionStage<BackendAnswer.Whole> whole(CompletionStage<ControlReply> call) {
    return call.handle(
        (reply, failure) -> {
          if (failure != null) {
            throw translated(failure, true);
          }
          return new BackendAnswer.Whole(
              reply.getStatus(), BackendAnswers.JSON, WireBytes.toPekko(reply.getBody()));
        });
  }
}
