package io.llmcluster.gateway.server;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler for a method and path. What is not there is answered as Ollama's own router
 * does (gin v1.10): plain text, 404 or 405 with {@code Allow}, and a redirect from a path with a
 * slash too many.
 */
public final class Router {

  private final Map<String, Map<HttpMethod, Handler>> exact = new HashMap<>();
  private final Map<String, Map<HttpMethod, Handler>> below = new LinkedHashMap<>();

  /** Adds an endpoint at exactly this path. */
  public Router at(HttpMethod method, String path, Handler handler) {
    exact.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, handler);
    return this;
  }

  /** Adds an endpoint for every path that begins so and goes on. */
  public Router below(HttpMethod method, String prefix, Handler handler) {
    below.computeIfAbsent(prefix, p -> new LinkedHashMap<>()).put(method, handler);
    return this;
  }

  /** What to do with a request; never null. */
  public Handler find(HttpMethod method, String path) {
    Map<HttpMethod, Handler> methods = methodsAt(path);
    if (methods == null) {
      return toSlashless(method, path);
    }
    Handler handler = methods.get(method);
    return handler != null ? handler : exchange -> done(notAllowed(methods));
  }

  boolean has(String path) {
    return methodsAt(path) != null;
  }

  private @Nullable Map<HttpMethod, Handler> methodsAt(String path) {
    Map<HttpMethod, Handler> methods = exact.get(path);
    if (methods != null) {
      return methods;
    }
    for (Map.Entry<String, Map<HttpMethod, Handler>> prefix : below.entrySet()) {
      if (path.length() > prefix.getKey().length() && path.startsWith(prefix.getKey())) {
        return prefix.getValue();
      }
    }
    return null;
  }

  private Handler toSlashless(HttpMethod method, String path) {
    String shorter = path.endsWith("/") ? path.substring(0, path.length() - 1) : "";
    if (!exact.containsKey(shorter)) {
      return exchange -> done(notFound());
    }
    int status =
        method.equals(HttpMethods.GET)
            ? StatusCodes.MOVED_PERMANENTLY.intValue()
            : StatusCodes.TEMPORARY_REDIRECT.intValue();
    return exchange -> {
      String query = exchange.request().getUri().rawQueryString().map(q -> "?" + q).orElse("");
      return done(text(status, "").addHeader(RawHeader.create("Location", shorter + query)));
    };
  }

  /** What a path is answered that is none of the server's. */
  public static HttpResponse notFound() {
    return text(StatusCodes.NOT_FOUND.intValue(), "404 page not found");
  }

  private static HttpResponse notAllowed(Map<HttpMethod, Handler> methods) {
    TreeSet<String> allowed = new TreeSet<>();
    methods.keySet().forEach(method -> allowed.add(method.name()));
    return notAllowed(allowed);
  }

  /** What a method is answered that does not go with the path, or with none at all. */
  static HttpResponse notAllowed(SortedSet<String> allowed) {
    return text(StatusCodes.METHOD_NOT_ALLOWED.intValue(), "405 method not allowed")
        .addHeader(RawHeader.create("Allow", String.join(", ", allowed)));
  }

  private static HttpResponse text(int status, String body) {
    return HttpResponse.create().withStatus(status).withEntity(ContentTypes.TEXT_PLAIN_UTF8, body);
  }

  private static java.util.concurrent.CompletionStage<HttpResponse> done(HttpResponse response) {
    return java.util.concurrent.CompletableFuture.completedFuture(response);
  }
}
