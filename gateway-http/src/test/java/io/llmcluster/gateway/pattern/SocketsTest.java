package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.PatternGateway;
import io.llmcluster.gateway.testkit.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows and chats over WebSockets. */
@Tag(TestStore.ON_MONGODB)
class SocketsTest {

  private static PatternGateway gateway;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    gateway = PatternGateway.start(folder);
    client = new Client(gateway.base);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Socket socket(String path) {
    return Socket.open(client.http, gateway.base, path);
  }

  private static String begin(String model) {
    return client.begin("{\"prompt\":\"why?\",\"models\":[\"" + model + "\"]}");
  }

  private static String chat(String model) {
    return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"why?\"}]}";
  }

  @Test
  void events_and_tokens_come_as_messages_and_the_end_closes_the_socket() {
    Models.Voice voice = gateway.models.speakFor("talker");
    Socket socket = socket("/ws/patterns/" + begin("talker"));
    assertThat(socket.until("StepScheduled").path("id").asInt()).isPositive();
    voice.awaitAsked().say("la");
    assertThat(socket.until("token").path("text").asText()).isEqualTo("la");
    voice.finish();
    assertThat(socket.until("WorkflowCompleted").path("answer").asText()).isEqualTo("la");
    socket.awaitClosed();
  }

  @Test
  void a_workflow_is_steered_by_messages() {
    gateway.models.speakFor("slow");
    String id = begin("slow");
    Socket socket = socket("/ws/patterns/" + id);
    socket.send("{\"type\":\"pause\"}");
    assertThat(socket.until("reply").path("command").asText()).isEqualTo("pause");
    socket.send("{\"type\":\"dance\"}");
    assertThat(socket.until("error").path("error").asText()).startsWith("no such command: dance");
    socket.send("{\"type\":\"input\",\"input\":\"x\"}");
    assertThat(socket.until("error").path("error").asText()).contains("not asked for");
    socket.send("{\"type\":\"fork\"}");
    assertThat(socket.until("error").path("error").asText())
        .isEqualTo(
            "no such command: fork (expected: pause, resume, cancel, input, retry, reaggregate)");
    socket.send("{\"type\":\"retry\",\"budget\":{\"tokens\":\"x\"}}");
    assertThat(socket.until("error").path("error").asText())
        .startsWith("budget.tokens: \"x\" (expected: ");
    socket.send("x".repeat(70_000));
    assertThat(socket.until("error").path("error").asText()).startsWith("message is too large");
    socket.send("{\"type\":\"cancel\"}");
    assertThat(socket.until("reply").path("command").asText()).isEqualTo("cancel");
    socket.awaitClosed();
    assertThat(client.get("/api/patterns/execution/" + id).json().path("status").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void what_was_asked_for_is_given_by_a_message_and_ends_it() {
    String id = client.begin("{\"prompt\":\"why?\",\"models\":[\"ada\"],\"approve\":true}");
    Socket socket = socket("/ws/patterns/" + id);
    JsonNode asked = socket.until("InputRequested");
    assertThat(asked.path("id").asInt()).isPositive();
    assertThat(client.get("/api/patterns/execution/" + id).json().at("/input/id").asText())
        .isEqualTo("approval");
    socket.send("{\"type\":\"input\",\"input\":\"approval\",\"value\":7}");
    assertThat(socket.until("error").path("error").asText())
        .isEqualTo("value: 7 (expected: true or false)");
    socket.send("{\"type\":\"input\",\"input\":\"approval\",\"value\":true}");
    List<String> types = new ArrayList<>();
    while (!types.containsAll(List.of("InputReceived", "WorkflowCompleted", "reply"))) {
      JsonNode next = socket.next();
      types.add(next.path("type").asText());
      if (next.has("command")) {
        assertThat(next.path("command").asText()).isEqualTo("input");
      }
      if (next.has("answer")) {
        assertThat(next.path("answer").asText()).isEqualTo("ada agrees");
      }
    }
    socket.awaitClosed();
    assertThat(client.get("/api/patterns/execution/" + id).json().path("status").asText())
        .isEqualTo("completed");
  }

  @Test
  void a_pause_that_was_sent_ends_with_a_resume_that_is_sent() {
    Models.Voice voice = gateway.models.speakFor("resting");
    String id = begin("resting");
    Socket socket = socket("/ws/patterns/" + id);
    voice.awaitAsked();
    socket.send("{\"type\":\"pause\"}");
    assertThat(socket.until("reply").path("command").asText()).isEqualTo("pause");
    voice.say("la").finish();
    socket.until("StepCompleted");
    assertThat(client.get("/api/patterns/execution/" + id).json().path("status").asText())
        .isEqualTo("paused");
    socket.send("{\"type\":\"resume\"}");
    assertThat(socket.until("WorkflowCompleted").path("answer").asText()).isEqualTo("la");
    socket.awaitClosed();
  }

  @Test
  void what_asks_for_no_socket_is_told_to() {
    for (String path : new String[] {"/ws/chat", "/ws/patterns/wf-1"}) {
      Client.Answer answer = client.get(path);
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.json().path("error").asText()).isNotEmpty();
    }
  }

  @Test
  void a_chat_is_answered_line_by_line_and_then_another() {
    Socket socket = socket("/ws/chat");
    for (int i = 0; i < 2; i++) {
      socket.send(chat("ada"));
      assertThat(socket.next().path("message").path("content").asText()).isEqualTo("ada");
      assertThat(socket.next().path("message").path("content").asText()).isEqualTo(" agrees");
      assertThat(socket.next().path("done").asBoolean()).isTrue();
    }
    socket.send(chat("ensemble"));
    assertThat(socket.next().path("message").path("content").asText()).isEqualTo("ada agrees");
    assertThat(socket.next().path("done").asBoolean()).isTrue();
    socket.send("{}");
    assertThat(socket.next().path("error").asText()).isEqualTo("model is required");
  }

  @Test
  void a_stopping_gateway_finishes_the_chat_that_is_under_way_and_closes_all_sockets() {
    Models.Voice voice = gateway.models.speakFor("last");
    Socket idle = Socket.open(client.http, gateway.stopping.base(), "/ws/chat");
    idle.send("{}");
    assertThat(idle.next().path("error").asText()).isEqualTo("model is required");
    Socket socket = Socket.open(client.http, gateway.stopping.base(), "/ws/chat");
    socket.send(chat("last"));
    voice.awaitAsked().say("go");
    assertThat(socket.next().path("message").path("content").asText()).isEqualTo("go");
    var drained = gateway.stopping.server().drain().toCompletableFuture();
    idle.awaitClosed();
    assertThat(drained).isNotDone();
    voice.say("on");
    assertThat(socket.next().path("message").path("content").asText()).isEqualTo("on");
    voice.finish();
    assertThat(socket.next().path("done").asBoolean()).isTrue();
    voice.hangUp();
    socket.awaitClosed();
    Await.the(drained);
  }

  @Test
  void arguments_of_a_tool_that_say_done_end_no_answer() {
    Models.Voice voice = gateway.models.speakFor("caller");
    Socket socket = socket("/ws/chat");
    socket.send(chat("caller"));
    voice.awaitAsked().call("tick", Client.JSON.createObjectNode().put("done", true));
    JsonNode called = socket.next().path("message").path("tool_calls").path(0).path("function");
    assertThat(called.path("arguments").path("done").asBoolean()).isTrue();
    socket.send(chat("ada"));
    assertThat(socket.next().path("error").asText()).startsWith("one request at a time");
    voice.finish();
    assertThat(socket.next().path("done").asBoolean()).isTrue();
  }

  @Test
  void a_second_chat_is_refused_and_closing_cancels_the_first() {
    Models.Voice voice = gateway.models.speakFor("endless");
    Socket socket = socket("/ws/chat");
    socket.send(chat("endless"));
    voice.awaitAsked().say("on");
    assertThat(socket.next().path("message").path("content").asText()).isEqualTo("on");
    socket.send(chat("ada"));
    JsonNode refused = socket.next();
    assertThat(refused.path("error").asText()).startsWith("one request at a time");
    voice.say("and on");
    assertThat(socket.next().path("message").path("content").asText()).isEqualTo("and on");
    socket.close();
    voice.awaitOver();
  }
}
