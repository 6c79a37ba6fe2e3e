package io.llmcluster.testkit;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A gRPC client that shares nothing with the program: grpc-java, and messages as bytes. */
public final class GrpcClient implements AutoCloseable {

  private final ManagedChannel channel;

  public GrpcClient(int port) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /**
   * Sends one message and waits for all answers.
   *
   * @throws io.grpc.StatusException what it ended with, if not OK
   */
  public List<byte[]> all(String method, byte[] message) throws Exception {
    CompletableFuture<List<byte[]>> answers = new CompletableFuture<>();
    ask(method, message, Integer.MAX_VALUE, answers);
    try {
      return answers.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    } catch (TimeoutException late) {
      throw new AssertionError(method + " does not end", late);
    }
  }

  /** Sends one message and takes no more than so many answers. */
  public ClientCall<byte[], byte[]> ask(String method, byte[] message, int answers) {
    return ask(method, message, answers, new CompletableFuture<>());
  }

  private ClientCall<byte[], byte[]> ask(
      String method, byte[] message, int wanted, CompletableFuture<List<byte[]>> answers) {
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(method)
                .build(),
            CallOptions.DEFAULT);
    List<byte[]> received = new ArrayList<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            received.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
              answers.complete(received);
            } else {
              answers.completeExceptionally(status.asException());
            }
          }
        },
        new Metadata());
    call.request(wanted);
    call.sendMessage(message);
    call.halfClose();
    return call;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Messages as they are. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
