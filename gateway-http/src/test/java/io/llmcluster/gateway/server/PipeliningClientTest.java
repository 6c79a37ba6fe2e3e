package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send many requests without waiting for an answer. */
@Tag(TestStore.ON_MONGODB)
class PipeliningClientTest {

  private static final int MANY = 5000;

  /** As short as a request can be that others may follow. */
  private static final String SHORTEST = "GET / HTTP/1.1\nHost:a\n\n";

  private static PatternGateway gateway;

  @BeforeAll
  static void start(@TempDir Path folder) {
    gateway = PatternGateway.start(folder);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Pekko HTTP parses what is received at once with a stack that grows with each request in it. */
  @Test
  void thousands_of_requests_in_one_write_are_all_answered() throws IOException {
    String requests =
        SHORTEST.repeat(MANY - 1) + "GET / HTTP/1.1\r\nHost:a\r\nConnection: close\r\n\r\n";
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.base.getPort())) {
      socket.setSoTimeout(60_000);
      Future<?> written =
          writer.submit(
              () -> {
                socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                return requests;
              });
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers.split("HTTP/1\\.1 ", -1)).hasSize(1 + MANY);
      assertThat(written).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      writer.shutdown();
    }
    assertThat(new Client(gateway.base).get("/").status()).isNotZero();
  }
}
