package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A workflow, seen by a client that may turn to another gateway. One thread follows it, others may
 * read what it was told.
 */
public final class Workflow {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final String id;
  private final List<Told> told = new CopyOnWriteArrayList<>();

  private Workflow(String id) {
    this.id = id;
  }

  /** An event as a follower hears it. */
  public record Told(long number, String name, JsonNode data) {}

  /** Begins one. */
  public static Workflow begin(Gateway gateway, String pattern, String request) {
    return begin(gateway, pattern, request, "");
  }

  /**
   * Begins one, or finds the one that was begun before.
   *
   * @param key for its idempotency; empty: none
   */
  public static Workflow begin(Gateway gateway, String pattern, String request, String key) {
    String[] headers = key.isEmpty() ? new String[0] : new String[] {"Idempotency-Key", key};
    HttpResponse<String> answer =
        gateway.sendAsync("POST", "/api/patterns/" + pattern, request, headers).join();
    if (answer.statusCode() != 202 && answer.statusCode() != 200) { // 200: it has ended already
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new Workflow(Gateway.parse(answer.body()).path("id").asText());
  }

  public String id() {
    return id;
  }

  public JsonNode view(Gateway gateway) {
    return gateway.get("/api/patterns/execution/" + id);
  }

  /**
   * Reads its events at one gateway, from where it is, until they end or break off.
   *
   * @return whether that gateway told any
   */
  public boolean follow(Gateway gateway) {
    long last = told.isEmpty() ? 0 : told.get(told.size() - 1).number();
    try {
      HttpResponse<Stream<String>> events =
          HTTP.send(
              gateway.request(
                  "GET",
                  "/api/patterns/execution/" + id + "/events",
                  "",
                  "Last-Event-ID",
                  String.valueOf(last)),
              HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = events.body()) {
        lines.forEach(this::line);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (java.io.IOException | java.io.UncheckedIOException brokenOff) {
      // the gateway was lost; whoever follows asks another one
    }
    return !told.isEmpty() && told.get(told.size() - 1).number() > last;
  }

  private long number;
  private String name = "";

  private void line(String line) {
    if (line.startsWith("id: ")) {
      number = Long.parseLong(line.substring(4));
    } else if (line.startsWith("event: ")) {
      name = line.substring(7);
    } else if (line.startsWith("data: ") && number > 0) {
      told.add(new Told(number, name, Gateway.parse(line.substring(6))));
      number = 0;
    }
  }

  /** What was told so far, in its order. */
  public List<Told> told() {
    return told;
  }

  /** Numbers of the events that were told, in their order. */
  public List<Long> numbers() {
    return told.stream().map(Told::number).toList();
  }

  /** Names of the events that were told, in their order. */
  public List<String> names() {
    return told.stream().map(Told::name).toList();
  }

  /** The steps that were completed, in their order. */
  public List<String> completedSteps() {
    return told.stream()
        .filter(event -> event.name().equals("StepCompleted"))
        .map(event -> event.data().path("stepId").asText())
        .toList();
  }

  /** Whether it was told to its end. */
  public boolean isOver() {
    String last = told.isEmpty() ? "" : told.get(told.size() - 1).name();
    return last.equals("Cancelled") || (told.size() > 1 && last.startsWith("Workflow"));
  }
}
