package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of one gateway. */
public final class Gateway {

  public static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** Until the head of an answer; a model may load for as long as a test is told to wait. */
  private static final Duration LONGEST_WAIT =
      Duration.ofMinutes(3).plusSeconds(Long.getLong("load.seconds", 0));

  private final String url;

  Gateway(String url) {
    this.url = url;
  }

  /** The gateway at a base URL. */
  public static Gateway at(String url) {
    return new Gateway(url);
  }

  public String url() {
    return url;
  }

  public int port() {
    return URI.create(url).getPort();
  }

  public HttpResponse<String> send(String method, String path, String body) {
    return sendAsync(method, path, body).join();
  }

  public CompletableFuture<HttpResponse<String>> sendAsync(
      String method, String path, String body, String... headers) {
    return HTTP.sendAsync(
        request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  public HttpRequest request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(LONGEST_WAIT)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  public HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  public JsonNode get(String path) {
    return parse(send("GET", path, "").body());
  }

  /** The lines of an NDJSON answer. */
  public List<JsonNode> lines(String path, String body) {
    return parseLines(post(path, body).body());
  }

  public static List<JsonNode> parseLines(String body) {
    List<JsonNode> lines = new ArrayList<>();
    body.lines().forEach(line -> lines.add(parse(line)));
    return lines;
  }

  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException broken) {
      throw new AssertionError("not JSON: " + json, broken);
    }
  }

  /** The text of a generate answer's lines. */
  public static String text(List<JsonNode> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.path("response").asText()));
    return text.toString();
  }

  /** A node of {@code /api/cluster/status}. */
  public JsonNode node(String name) {
    for (JsonNode node : get("/api/cluster/status").path("nodes")) {
      if (node.path("name").asText().equals(name)) {
        return node;
      }
    }
    return JSON.missingNode();
  }

  /** How many members are up and reachable. */
  public int members() {
    int up = 0;
    for (JsonNode member : get("/api/cluster/status").path("members")) {
      up += member.path("status").asText().equals("up") ? 1 : 0;
    }
    return up;
  }
}
