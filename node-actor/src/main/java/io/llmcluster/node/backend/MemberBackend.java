package io.llmcluster.node.backend;

import io.grpc.Status;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.node.NodeChannel;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.ListRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.NodeState;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.node.ProtocolNodes;
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
  private final NodeChannel member;
  private final String requestId;

  private final Seen seen;

  /** What the last look found; shared by all that stand for the same backend. */
  private static final class Seen {
    volatile List<NodeState> nodes = List.of();
  }

  public MemberBackend(
      ClassicActorSystemProvider system, BackendAddress address, BackendSettings settings) {
    this(
        system,
        address,
        settings,
        NodeClients.channel(system, address.host(), address.port(), settings.maxMessageBytes()),
        new Seen(),
        "");
  }

  private MemberBackend(
      ClassicActorSystemProvider system,
      BackendAddress address,
      BackendSettings settings,
      NodeChannel member,
      Seen seen,
      String requestId) {
    this.system = system;
    this.address = address;
    this.settings = settings;
    this.member = member;
    this.seen = seen;
    this.requestId = requestId;
  }

  @Override
  public Backend onBehalfOf(String id) {
    return new MemberBackend(system, address, settings, member, seen, id);
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
        .client()
        .list(ListRequest.getDefaultInstance())
        .toCompletableFuture()
        .orTimeout(settings.probeTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                return BackendStatus.trouble(NodeHealth.DOWN, "no member answers at " + address);
              }
              List<NodeState> up =
                  reply.getNodesList().stream().filter(MemberBackend::takesRequests).toList();
              seen.nodes = up;
              return status(up, reply.getNodesCount());
            });
  }

  private static boolean takesRequests(NodeState node) {
    return node.getHealth().equals(NodeHealth.UP.id())
        || node.getHealth().equals(NodeHealth.BUSY.id());
  }

  private static BackendStatus status(List<NodeState> nodes, int all) {
    if (nodes.isEmpty()) {
      return BackendStatus.trouble(NodeHealth.DOWN, "none of the member's " + all + " nodes is up");
    }
    Map<String, InstalledModel> installed = new LinkedHashMap<>();
    Map<String, LoadedModel> loaded = new LinkedHashMap<>();
    for (NodeState node : nodes) {
      ProtocolNodes.installed(node).forEach(model -> installed.putIfAbsent(model.name(), model));
      ProtocolNodes.loaded(node).forEach(model -> loaded.putIfAbsent(model.name(), model));
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
    return seen.nodes.stream()
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
            .client()
            .infer(message)
            .viaMat(KillSwitches.single(), Keep.right())
            .prefixAndTail(1)
            .toMat(Sink.head(), Keep.both())
            .run(system);
    int bytes = request.body().length();
    CompletableFuture<?> begins = running.second().toCompletableFuture();
    request
        .cancelled()
        .thenRun(
            () -> {
              running.first().shutdown();
              if (!begins.isDone()) {
                member.gaveUp(bytes);
              }
            });
    return running
        .second()
        .handle(
            (begun, failure) -> {
              if (failure != null) {
                throw translated(failure, true);
              }
              return begun;
            })
        .thenCompose(begun -> answer(request, begun));
  }

  private CompletionStage<BackendAnswer> answer(
      BackendRequest request, Pair<List<InferReply>, Source<InferReply, NotUsed>> begun) {
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
    if (request.stream() && head.getStatus() == 200) {
      return CompletableFuture.completedStage(
          new BackendAnswer.Streamed(head.getContentType(), body));
    }
    AnswerMemory memory = new AnswerMemory(settings.answers(), request);
    return body.map(memory::take)
        .runWith(Folded.sink(ByteString.emptyByteString(), ByteString::concat), system)
        .thenApply(
            whole ->
                new BackendAnswer.Whole(head.getStatus(), head.getContentType(), whole.compact()));
  }

  /** A member that cannot start a call has started nothing; one that has begun it breaks it off. */
  private BackendException translated(Throwable failure, boolean before) {
    Status status = CallStatus.of(failure);
    String words = CallStatus.words(status, String.valueOf(address));
    if (CallStatus.isTooLarge(status)) {
      return new BackendException.TooLarge(words);
    }
    if (CallStatus.isFull(status)) {
      return new BackendException.Full();
    }
    if (CallStatus.isNoRoomForAnswer(status)) {
      return new BackendException.NoRoomForAnswer();
    }
    return switch (status.getCode()) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, NOT_FOUND ->
          before ? new BackendException.Unreachable(words) : new BackendException.Aborted(words);
      case INTERNAL -> new BackendException.Garbled(words);
      default -> new BackendException.Aborted(words);
    };
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> load(String model) {
    return whole(member.client().load(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> unload(String model) {
    return whole(member.client().unload(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> delete(String model) {
    return whole(member.client().delete(about(model, ByteString.emptyByteString())));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> copy(String source, String destination) {
    return whole(
        member
            .client()
            .copy(
                CopyRequest.newBuilder()
                    .setNode(nodeFor(source))
                    .setRequestId(requestId)
                    .setSource(source)
                    .setDestination(destination)
                    .build()));
  }

  @Override
  public CompletionStage<BackendAnswer.Whole> show(String model, ByteString body) {
    return whole(member.client().show(about(model, body)));
  }

  @Override
  public Source<PullLine, NotUsed> pull(String model, ByteString body) {
    return member
        .client()
        .pull(about(model, body))
        .map(progress -> new PullLine(progress.getStatus(), WireBytes.toPekko(progress.getLine())))
        .mapError(Throwable.class, failure -> translated(failure, false));
  }

  private ModelRequest about(String model, ByteString body) {
    return ModelRequest.newBuilder()
        .setNode(nodeFor(model))
        .setRequestId(requestId)
        .setModel(model)
        .setBody(WireBytes.toProtobuf(body))
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
