package io.llmcluster.gateway.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A client of a gateway, with the JDK's own HTTP. */
public final class Client {

  public static final ObjectMapper JSON = new ObjectMapper();

  public final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  public Client(URI base) {
    this.base = base;
  }

  /** An answer, its body read as JSON. */
  public record Answer(int status, JsonNode json, HttpResponse<String> http) {

    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    public String id() {
      return json.path("id").asText();
    }
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  public Answer post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  public Answer put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  public Answer delete(String path) {
    return send("DELETE", path, "");
  }

  /** Begins a workflow of pattern ensemble and returns its id. */
  public String begin(String request) {
    Answer answer = post("/api/patterns/ensemble", request);
    if (answer.status() != 202) {
      throw new AssertionError(answer.status() + " " + answer.json());
    }
    return answer.id();
  }

  private Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      boolean json = response.headers().firstValue("Content-Type").orElse("").contains("/json");
      return new Answer(
          response.statusCode(),
          json ? JSON.readTree(text) : JSON.getNodeFactory().textNode(text),
          response);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** An answer that is read line by line as it comes. */
  public Lines open(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new Lines(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** The lines of an answer. Closing it breaks the connection. */
  public static final class Lines implements AutoCloseable {
    public final HttpResponse<InputStream> http;
    private final BufferedReader reader;

    private Lines(HttpResponse<InputStream> http) {
      this.http = http;
      this.reader = new BufferedReader(new InputStreamReader(http.body(), StandardCharsets.UTF_8));
    }

    /** All lines up to the first one that fits, or the end. */
    public List<String> until(Predicate<String> last) {
      List<String> lines = new ArrayList<>();
      try {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
          if (last.test(line)) {
            return lines;
          }
        }
        return lines;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    public List<String> rest() {
      return until(line -> false);
    }

    @Override
    public void close() throws IOException {
      http.body().close();
    }
  }
}
