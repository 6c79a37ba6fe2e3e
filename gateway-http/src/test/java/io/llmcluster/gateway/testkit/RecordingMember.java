package io.llmcluster.gateway.testkit;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.core.protocol.CopyRequest;
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
import org.apache.pekko.NotUsed;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.javadsl.Source;

/** A member that does nothing but keep what its nodes were told to do. */
public final class RecordingMember implements NodeService {

  /** {@code "WHAT NODE MODEL"}, in the order of the calls. */
  public final List<String> told = new CopyOnWriteArrayList<>();

  private final Map<String, ControlReply> refusals = new ConcurrentHashMap<>();

  /** From now on the node refuses all control calls so. */
  public void refuse(String node, int status, String error) {
    refusals.put(
        node,
        ControlReply.newBuilder()
            .setStatus(status)
            .setBody(ByteString.copyFromUtf8("{\"error\":\"" + error + "\"}"))
            .build());
  }

  private CompletionStage<ControlReply> control(String what, String node, String model) {
    told.add(what + " " + node + " " + model);
    return CompletableFuture.completedStage(
        refusals.getOrDefault(node, ControlReply.newBuilder().setStatus(200).build()));
  }

  @Override
  public CompletionStage<ControlReply> load(ModelRequest in) {
    return control("load", in.getNode(), in.getModel());
  }

  @Override
  public CompletionStage<ControlReply> unload(ModelRequest in) {
    return control("unload", in.getNode(), in.getModel());
  }

  @Override
  public CompletionStage<ControlReply> delete(ModelRequest in) {
    return control("delete", in.getNode(), in.getModel());
  }

  @Override
  public CompletionStage<ControlReply> copy(CopyRequest in) {
    return control("copy", in.getNode(), in.getSource());
  }

  @Override
  public CompletionStage<ControlReply> show(ModelRequest in) {
    return control("show", in.getNode(), in.getModel());
  }

  @Override
  public Source<InferReply, NotUsed> infer(InferRequest in) {
    return Source.failed(new GrpcServiceException(Status.UNIMPLEMENTED));
  }

  @Override
  public CompletionStage<ListReply> list(ListRequest in) {
    return CompletableFuture.failedStage(new GrpcServiceException(Status.UNIMPLEMENTED));
  }

  @Override
  public Source<PullProgress, NotUsed> pull(ModelRequest in) {
    return Source.single(
        PullProgress.newBuilder()
            .setLine(ByteString.copyFromUtf8("{\"status\":\"success\"}"))
            .build());
  }
}
