package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {

  private final Cors cors = new Cors(List.of("https://chat.example.org"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "https://localhost:3000",
        "http://127.0.0.1:8080",
        "http://0.0.0.0",
        "app://obsidian.md",
        "vscode-webview://abc",
        "chrome-extension://abcdef"
      })
  void local_pages_and_desktop_programs_may_call(String origin) {
    assertThat(cors.allows(origin, "127.0.0.1:3001")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com",
        "http://localhost.evil.example.com",
        "http://127.0.0.1.evil.example.com",
        "http://localhost@evil.example.com",
        "https://chat.example.org.evil.example.com",
        "http://chat.example.org",
        "null",
        "not an origin",
        "://"
      })
  void other_pages_may_not(String origin) {
    assertThat(cors.allows(origin, "127.0.0.1:3001")).isFalse();
  }

  @Test
  void an_origin_that_the_operator_added_may_call() {
    assertThat(cors.allows("https://chat.example.org", "127.0.0.1:3001")).isTrue();
  }

  @Test
  void a_page_of_this_very_server_may_call() {
    assertThat(cors.allows("http://models.example.net:3001", "models.example.net:3001")).isTrue();
    assertThat(cors.allows("http://models.example.net:80", "models.example.net:3001")).isFalse();
  }

  @Test
  void a_star_allows_all() {
    assertThat(new Cors(List.of("*")).allows("https://any.example.com", "")).isTrue();
  }
}
