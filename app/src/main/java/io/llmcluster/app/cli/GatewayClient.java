package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmcluster.app.member.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What the client commands ask of a gateway; failures are one line. */
final class GatewayClient {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final int MOST_BREAKS = 10;
  private static final long BREAK_MILLIS = 1000;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;

  GatewayClient(String url) {
    this.url = url;
  }

  JsonNode get(String path) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode body = JSON.readTree(answer.body());
      if (answer.statusCode() != 200) {
        throw new StartupException(body.path("error").asText("status " + answer.statusCode()));
      }
      return body;
    } catch (IOException failure) {
      throw unreachable(failure);
    }
  }

  /** The lines of a streamed answer; to be closed. */
  Stream<String> post(String path, JsonNode body) throws InterruptedException {
    try {
      HttpResponse<Stream<String>> answer =
          http.send(
              HttpRequest.newBuilder(uri(path))
                  .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofLines());
      return answer.body();
    } catch (IOException failure) {
      throw unreachable(failure);
    }
  }

  /** Sends a small request; fails with the gateway's own words if it is refused. */
  JsonNode send(String method, String path, JsonNode body) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri(path))
                  .timeout(Duration.ofSeconds(30))
                  .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode json = JSON.readTree(answer.body());
      if (answer.statusCode() >= 300) {
        throw new StartupException(json.path("error").asText("status " + answer.statusCode()));
      }
      return json;
    } catch (IOException failure) {
      throw unreachable(failure);
    }
  }

  /** Hears a stream of events by their names; one that breaks is gone on with. */
  void events(String path, BiConsumer<String, JsonNode> listener) throws InterruptedException {
    EventReader reader = new EventReader(listener);
    for (int broken = 0; broken < MOST_BREAKS; ) {
      try {
        HttpResponse<Stream<String>> answer =
            http.send(
                HttpRequest.newBuilder(uri(path)).header("Last-Event-ID", reader.last()).build(),
                HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
          String error = answer.body().findFirst().orElse("status " + answer.statusCode());
          throw new StartupException(JSON.readTree(error).path("error").asText(error));
        }
        reader.read(answer.body());
        return;
      } catch (IOException | UncheckedIOException failure) {
        broken++;
        if (broken == MOST_BREAKS) {
          throw unreachable(new IOException(failure.getMessage()));
        }
        Thread.sleep(BREAK_MILLIS);
      }
    }
  }

  private URI uri(String path) {
    try {
      return URI.create(url + path);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("--url: " + url + " (expected: http://HOST:PORT)");
    }
  }

  private StartupException unreachable(IOException failure) {
    String why = failure.getMessage() == null ? "no connection" : failure.getMessage();
    return new StartupException("no gateway answers at " + url + " (" + why + ")");
  }
}
