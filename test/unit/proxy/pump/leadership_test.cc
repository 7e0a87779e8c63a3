// SPDX-License-Identifier: MIT
// One leader, and nobody who was rung in vain.
#include "doctest/doctest.h"
#include "parts.h"

using namespace parts;

TEST_CASE("one leads; the ring says whether somebody does") {
    Lead lead;
    Leadership::Token token = lead.leadership.take(false);
    REQUIRE(token);
    CHECK_FALSE(lead.leadership.take(false));
    CHECK_FALSE(lead.channel.unattended());
    Leadership::Token moved = std::move(token);
    CHECK_FALSE(token);
    CHECK_FALSE(lead.leadership.leave(std::move(moved)));
    CHECK(lead.channel.unattended());
    CHECK(lead.leadership.take(false));
    CHECK_FALSE(lead.channel.unattended());
}

TEST_CASE("who leaves with something pending still leads; who hands over is told") {
    Lead lead;
    Leadership::Token token = lead.leadership.take(false);
    REQUIRE(lead.channel.send(3));
    token = lead.leadership.leave(std::move(token));
    REQUIRE(token);
    CHECK_FALSE(lead.leadership.hand_over(std::move(token)));
    token = lead.leadership.take(true);
    uint64_t message[WIRE_MESSAGE_MAX / 8];
    CHECK(lead.leadership.receive(token, message) == 1);
    CHECK(wire_ltn(message[1]) == 3);
    CHECK(lead.leadership.receive(token, message) == 0);
    CHECK(lead.leadership.hand_over(std::move(token)));
}

TEST_CASE("who was rung in vain makes the leader look again") {
    Lead lead;
    Leadership::Token token = lead.leadership.take(false);
    CHECK_FALSE(lead.leadership.take(true));
    token = lead.leadership.leave(std::move(token));
    CHECK(token);  // nudged: he takes it again
    token = lead.leadership.leave(std::move(token));
    CHECK_FALSE(token);
    token = lead.leadership.take(true);
    CHECK_FALSE(lead.leadership.take(true));
    CHECK_FALSE(lead.leadership.hand_over(std::move(token)));  // and who hands over wakes somebody
}

TEST_CASE("a message of impossible size is told from none") {
    Lead lead;
    const Leadership::Token token = lead.leadership.take(false);
    uint64_t message[WIRE_MESSAGE_MAX / 8];
    wire_store(&lead.channel.memory->request.tail.word, 1);
    wire_exchange(&wire_request_lines(lead.channel.memory)[0].word[0], wire_publish_word(WIRE_MESSAGE_MAX * 2, 0x100, 0));
    CHECK(lead.leadership.receive(token, message) < 0);
}

TEST_CASE("many threads: never two leaders") {
    Lead lead;
    std::atomic<int> leaders{0}, most{0}, terms{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&] {
            while (terms.load() < 5000) {
                Leadership::Token token = lead.leadership.take(terms.load() % 2 == 0);
                if (!token) continue;
                const int now = ++leaders;
                if (now > most.load()) most.store(now);
                terms++;
                leaders--;
                while ((token = lead.leadership.leave(std::move(token)))) continue;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(most.load() == 1);
    CHECK(lead.leadership.take(false));
}
