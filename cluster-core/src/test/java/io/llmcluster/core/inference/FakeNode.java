package io.llmcluster.core.inference;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.ListReply;
import io.llmcluster.core.protocol.ListRequest;
import io.llmcluster.core.protocol.ModelRequest;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.PullProgress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.javadsl.Source;

/** A member whose nodes answer as each test says. */
final class FakeNode implements NodeService {

  final Map<String, Function<InferRequest, Source<InferReply, NotUsed>>> answers =
      new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  static InferReply head(int status) {
    return InferReply.newBuilder()
        .setHead(Head.newBuilder().setStatus(status).setContentType("application/json"))
        .build();
  }

  static InferReply chunk(String text) {
    return InferReply.newBuilder().setChunk(ByteString.copyFromUtf8(text)).build();
  }

  static Source<InferReply, NotUsed> failing(Status status) {
    return Source.failed(new GrpcServiceException(status));
  }

  @Override
  public Source<InferReply, NotUsed> infer(InferRequest in) {
    asked.add(in.getNode());
    Function<InferRequest, Source<InferReply, NotUsed>> answer = answers.get(in.getNode());
    return answer == null ? failing(Status.NOT_FOUND) : answer.apply(in);
  }

  @Override
  public CompletionStage<ListReply> list(ListRequest in) {
    return CompletableFuture.failedStage(new GrpcServiceException(Status.UNIMPLEMENTED));
  }

  @Override
  public CompletionStage<ControlReply> load(ModelRequest in) {
    return unimplemented();
  }

  @Override
  public CompletionStage<ControlReply> unload(ModelRequest in) {
    return unimplemented();
  }

  @Override
  public Source<PullProgress, NotUsed> pull(ModelRequest in) {
    return Source.failed(new GrpcServiceException(Status.UNIMPLEMENTED));
  }

  @Override
  public CompletionStage<ControlReply> delete(ModelRequest in) {
    return unimplemented();
  }

  @Override
  public CompletionStage<ControlReply> copy(CopyRequest in) {
    return unimplemented();
  }

  @Override
  public CompletionStage<ControlReply> show(ModelRequest in) {
    return unimplemented();
  }

  private static CompletionStage<ControlReply> unimplemented() {
    return CompletableFuture.failedStage(new GrpcServiceException(Status.UNIMPLEMENTED));
  }
}
