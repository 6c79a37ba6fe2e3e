package io.llmcluster.gateway.server;

import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each answer that is an error: refusals and a node's own errors at INFO, trouble of
 * the cluster at WARN, and what nobody foresaw with its stack trace.
 */
public final class RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private static final AttributeKey<Throwable> CAUSE =
      AttributeKey.create("unforeseen", Throwable.class);

  /** Characters of a text that others chose; a line of a log is not a place for a body. */
  private static final int MOST = 300;

  private RequestLog() {}

  /** An answer to a failure that nobody foresaw. */
  public static HttpResponse because(HttpResponse response, Throwable cause) {
    return response.addAttribute(CAUSE, cause);
  }

  static void answered(String id, HttpRequest request, HttpResponse response) {
    int status = response.status().intValue();
    if (status < 400) {
      return;
    }
    String line = line(id, request, response);
    Throwable cause = response.getAttribute(CAUSE).orElse(null);
    if (cause != null) {
      LOG.error(line, cause);
    } else if (status >= 500) {
      LOG.warn(line);
    } else {
      LOG.info(line);
    }
  }

  /** One that is answered before it is a request: there is no telling what it wanted. */
  static void illegal(String id, HttpResponse response, String why) {
    LOG.info(
        clean(id + " illegal request " + response.status().intValue() + ": " + shortened(why)));
  }

  static String line(String id, HttpRequest request, HttpResponse response) {
    String node =
        response.getHeader("X-Served-By").map(HttpHeader::value).map(n -> " by " + n).orElse("");
    String reason =
        response.entity() instanceof HttpEntity.Strict strict
            ? strict.getData().take(MOST).utf8String()
            : "";
    return clean(
        id
            + " "
            + request.method().name()
            + " "
            + shortened(request.getUri().path())
            + " "
            + response.status().intValue()
            + node
            + ": "
            + shortened(reason));
  }

  private static String shortened(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
  }

  /** Nobody else's text starts a line of the log, or speaks to the terminal that shows it. */
  private static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
  }
}
