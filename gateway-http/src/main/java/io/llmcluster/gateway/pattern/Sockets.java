package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.Surface;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.javadsl.Flow;

/** Turning a request into a WebSocket. */
final class Sockets {

  private static final int UPGRADE_REQUIRED = 426;

  private Sockets() {}

  /** What a request that asks for no WebSocket is told. */
  static HttpResponse upgradeRequired() {
    return Replies.error(
            Surface.NATIVE, UPGRADE_REQUIRED, "this is a WebSocket (expected: an upgrade)")
        .addHeader(RawHeader.create("Upgrade", "websocket"));
  }

  static boolean isUpgrade(Exchange exchange) {
    return exchange.request().getAttribute(AttributeKeys.webSocketUpgrade).isPresent();
  }

  /**
   * @param conversation one message in text for each element
   * @param writeTimeout longest time that the client may leave a message unread
   */
  static HttpResponse open(
      Exchange exchange, Flow<Message, String, NotUsed> conversation, Duration writeTimeout) {
    return exchange
        .request()
        .getAttribute(AttributeKeys.webSocketUpgrade)
        .map(
            upgrade ->
                upgrade.handleMessagesWith(
                    conversation
                        .backpressureTimeout(writeTimeout)
                        .map(text -> (Message) TextMessage.create(text))))
        .orElseGet(Sockets::upgradeRequired);
  }
}
