package io.llmcluster.app.nodes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks whether an Ollama is at home. */
final class OllamaPort {

  /** One that is there answers in milliseconds; nobody shall wait long for one that is not. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private OllamaPort() {}

  static boolean answers(OllamaUrl url) {
    String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + url.port() + "/api/version"))
            .timeout(PATIENCE)
            .build();
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 && answer.body().contains("version");
    } catch (IOException nobody) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
