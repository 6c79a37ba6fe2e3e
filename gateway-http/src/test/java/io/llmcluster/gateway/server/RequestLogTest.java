package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;

class RequestLogTest {

  private static HttpResponse answer(String body) {
    return HttpResponse.create().withStatus(404).withEntity(ContentTypes.APPLICATION_JSON, body);
  }

  @Test
  void a_line_says_who_asked_what_and_why_not() {
    HttpResponse answer =
        answer("{\"error\":\"no\"}").addHeader(RawHeader.create("X-Served-By", "n1"));
    assertThat(RequestLog.line("req-1", HttpRequest.POST("/api/chat"), answer))
        .isEqualTo("req-1 POST /api/chat 404 by n1: {\"error\":\"no\"}");
  }

  @Test
  void nobody_writes_lines_of_his_own_or_to_the_terminal() {
    String line =
        RequestLog.line(
            "req-1",
            HttpRequest.GET("/a%0A12:00:00%20ERROR%1B%5B2J"),
            answer("x\r\ny\u0000z\u2028w"));
    assertThat(line).isEqualTo("req-1 GET /a%0A12:00:00%20ERROR%1B%5B2J 404: x y z w");
  }

  @Test
  void a_line_is_bounded_whatever_others_send() {
    String line =
        RequestLog.line(
            "req-1", HttpRequest.GET("/" + "a".repeat(10_000)), answer("b".repeat(1_000_000)));
    assertThat(line.length()).isLessThan(700);
  }
}
