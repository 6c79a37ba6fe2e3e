package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.protocol.NodeService;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.node.backend.BackendAddress;
import io.llmcluster.node.backend.BackendException;
import io.llmcluster.node.backend.BackendRequest;
import io.llmcluster.node.backend.BackendSettings;
import io.llmcluster.node.backend.MemberBackend;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The node port of a member that stands for no node, as grpc-java sees it over one connection: its
 * window must survive whatever is sent.
 */
class NodeServerTest {

  private static final int MOST = 3_000_000;
  private static final String REFLECTION =
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("pekko-defaults.conf"))
              .withFallback(ConfigFactory.load()));

  private static ManagedChannel channel;
  private static int port;

  @BeforeAll
  static void start() {
    Directory directory = new Directory();
    ServerBinding binding =
        NodeServer.bind(
                KIT.system(),
                new NodeSettings("127.0.0.1", 0, 1, 1, Duration.ofDays(1), Duration.ofDays(1)),
                "member",
                new NodeCalls(KIT.system(), new LocalNodes(), directory, "member"),
                directory,
                new PortMemory(MOST, 16))
            .toCompletableFuture()
            .orTimeout(10, TimeUnit.SECONDS)
            .join();
    port = binding.localAddress().getPort();
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    KIT.shutdownTestKit();
  }

  /** What a call with one message ends with. */
  private static Status end(String method, byte[] message) {
    MethodDescriptor<byte[], byte[]> call =
        MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName(method)
            .build();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> running =
        channel.newCall(call, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
    running.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    running.request(Integer.MAX_VALUE);
    running.sendMessage(message);
    running.halfClose();
    return end.join();
  }

  private static Status infer(int bytes) {
    return end(
        NodeService.name + "/Infer",
        InferRequest.newBuilder()
            .setNode("nobody")
            .setBody(ByteString.copyFrom(new byte[bytes]))
            .build()
            .toByteArray());
  }

  private static void assertThatCallsArrive() {
    for (int bytes : new int[] {10, MOST - 1000}) {
      assertThat(infer(bytes).getDescription())
          .isEqualTo("this member does not stand for node 'nobody'");
    }
  }

  @Test
  void who_sends_too_much_is_told_so_every_time() {
    for (int i = 0; i < 40; i++) {
      Status told = infer(MOST + 1000);
      assertThat(told.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(told.getDescription())
          .startsWith("request is too large for this node: 3001")
          .endsWith("bytes (at most 3000000)");
    }
    assertThatCallsArrive();
  }

  @Test
  void a_member_that_stands_before_this_one_says_it_as_it_is() {
    MemberBackend before =
        new MemberBackend(
            KIT.system(),
            new BackendAddress("127.0.0.1", port),
            BackendSettings.create(ConfigFactory.load()));
    BackendRequest request =
        new BackendRequest(
            "r1",
            Operation.GENERATE,
            "m",
            false,
            org.apache.pekko.util.ByteString.fromArray(new byte[MOST + 1000]),
            new CompletableFuture<>());
    assertThat(before.infer(request))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(BackendException.TooLarge.class)
        .withMessageContaining("(at most 3000000)");
    before.close();
  }

  @Test
  void what_goes_to_no_method_is_read_all_the_same() {
    for (int i = 0; i < 40; i++) {
      for (String method : new String[] {NodeService.name + "/Unheard", "some.Service/Of"}) {
        assertThat(end(method, new byte[60_000]).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      }
    }
    assertThatCallsArrive();
  }

  @Test
  void the_reflection_service_takes_only_small_requests() {
    for (int i = 0; i < 20; i++) {
      Status told = end(REFLECTION, new byte[2_000_000]);
      assertThat(told.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(told.getDescription()).contains("at most 1048576 bytes");
    }
    byte[] listServices = {0x3a, 0}; // field 7, an empty string
    assertThat(end(REFLECTION, listServices)).isEqualTo(Status.OK);
    assertThatCallsArrive();
  }

  /** Pekko HTTP parses what is received at once with a stack that grows with each request in it. */
  @Test
  void thousands_of_http_1_requests_in_one_write_are_all_answered() throws IOException {
    int many = 5000;
    String requests =
        "GET /health HTTP/1.1\nHost:a\n\n".repeat(many - 1)
            + "GET /health HTTP/1.1\nHost:a\nConnection:close\n\n";
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      Future<?> written =
          writer.submit(
              () -> {
                socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                return requests;
              });
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers.split("HTTP/1\\.1 200 ", -1)).hasSize(1 + many);
      assertThat(written).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      writer.shutdown();
    }
    assertThatCallsArrive();
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
