package io.llmcluster.gateway.server;

import io.llmcluster.gateway.wire.RequestId;
import io.llmcluster.gateway.wire.Surface;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers what Pekko HTTP cannot read as a request (a line or header that is malformed or too long,
 * a method it does not know) as everything else is answered: with an id, the native envelope and a
 * line in the log. Its summaries hold no value of a header, its details do; so these are told to
 * nobody. Made by Pekko, by its name in {@link GatewayServer}'s settings.
 */
public final class IllegalRequests extends ParsingErrorHandler {

  private static final int UNKNOWN_METHOD = 501;

  /** What some path or other takes; which one was asked for is not known here. */
  private static final SortedSet<String> METHODS =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(List.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")));

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    String id = RequestId.of("");
    int code = status.intValue();
    String why = error.summary().isEmpty() ? status.reason() : error.summary();
    HttpResponse answer =
        code == UNKNOWN_METHOD
            ? Router.notAllowed(METHODS)
            : Replies.error(Surface.NATIVE, code, why);
    RequestLog.illegal(id, answer, code == UNKNOWN_METHOD ? why + " " + error.detail() : why);
    return GatewayServer.withId(answer, id);
  }
}
