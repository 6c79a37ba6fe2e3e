package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Something durable that tells its events, seen by a client that may turn to another gateway. One
 * thread follows it, others may read what it was told.
 */
public abstract class Followed {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final String id;
  private final String events;
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private long number;
  private String name = "";

  /** An event as a follower hears it. */
  public record Told(long number, String name, JsonNode data) {}

  /**
   * @param events path at which it tells them
   */
  Followed(String id, String events) {
    this.id = id;
    this.events = events;
  }

  public String id() {
    return id;
  }

  /**
   * Reads its events at one gateway, from where it is, until they end or break off.
   *
   * @return whether that gateway told any
   */
  public boolean follow(Gateway gateway) {
    long last = last();
    try {
      HttpResponse<Stream<String>> answer =
          HTTP.send(
              gateway.request("GET", events, "", "Last-Event-ID", String.valueOf(last)),
              HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = answer.body()) {
        lines.forEach(this::line);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (java.io.IOException | java.io.UncheckedIOException brokenOff) {
      // the gateway was lost; whoever follows asks another one
    }
    return last() > last;
  }

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

  /** Number of the last event that was told; 0: none was. */
  public long last() {
    return told.isEmpty() ? 0 : told.get(told.size() - 1).number();
  }
}
