package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class RouterTest {

  private final Router router =
      new Router()
          .at(HttpMethods.GET, "/api/tags", answering("tags"))
          .at(HttpMethods.HEAD, "/api/tags", answering("head of tags"))
          .at(HttpMethods.POST, "/api/chat", answering("chat"))
          .below(HttpMethods.GET, "/v1/models/", answering("model"));

  private static Handler answering(String text) {
    return exchange -> CompletableFuture.completedStage(HttpResponse.create().withEntity(text));
  }

  private HttpResponse ask(HttpMethod method, String path) {
    Exchange exchange = new Exchange(HttpRequest.create(path), "id", new Cancellation());
    return router.find(method, path).handle(exchange).toCompletableFuture().join();
  }

  private static String text(HttpResponse response) {
    return ((HttpEntity.Strict) response.entity()).getData().utf8String();
  }

  private static String header(HttpResponse response, String name) {
    return response.getHeader(name).map(HttpHeader::value).orElse("");
  }

  @Test
  void a_known_path_goes_to_its_handler() {
    assertThat(text(ask(HttpMethods.POST, "/api/chat"))).isEqualTo("chat");
  }

  @Test
  void an_unknown_path_is_404_in_plain_text() {
    HttpResponse response = ask(HttpMethods.GET, "/api/nothing");
    assertThat(response.status().intValue()).isEqualTo(404);
    assertThat(text(response)).isEqualTo("404 page not found");
    assertThat(response.entity().getContentType()).hasToString("text/plain; charset=UTF-8");
  }

  @Test
  void a_wrong_method_is_405_and_names_the_right_ones() {
    HttpResponse response = ask(HttpMethods.DELETE, "/api/tags");
    assertThat(response.status().intValue()).isEqualTo(405);
    assertThat(text(response)).isEqualTo("405 method not allowed");
    assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void head_is_a_method_of_its_own() {
    assertThat(text(ask(HttpMethods.HEAD, "/api/tags"))).isEqualTo("head of tags");
    assertThat(ask(HttpMethods.HEAD, "/api/chat").status().intValue()).isEqualTo(405);
  }

  @Test
  void a_slash_too_many_is_redirected() {
    HttpResponse get = ask(HttpMethods.GET, "/api/tags/");
    assertThat(get.status().intValue()).isEqualTo(301);
    assertThat(header(get, "Location")).isEqualTo("/api/tags");
    assertThat(ask(HttpMethods.POST, "/api/chat/").status().intValue()).isEqualTo(307);
  }

  @Test
  void a_redirect_keeps_the_query() {
    Exchange exchange =
        new Exchange(HttpRequest.GET("/api/tags/?a=b%20c&d"), "id", new Cancellation());
    HttpResponse response =
        router.find(HttpMethods.GET, "/api/tags/").handle(exchange).toCompletableFuture().join();
    assertThat(header(response, "Location")).isEqualTo("/api/tags?a=b%20c&d");
  }

  @Test
  void a_prefix_needs_something_after_it() {
    assertThat(text(ask(HttpMethods.GET, "/v1/models/llama3:8b"))).isEqualTo("model");
    assertThat(ask(HttpMethods.GET, "/v1/models/").status().intValue()).isEqualTo(404);
  }
}
