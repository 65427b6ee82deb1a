using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class SlotPoolTests
{
    [Fact]
    public void A_lone_user_gets_what_it_asks_for_up_to_the_capacity()
    {
        var pool = new SlotPool(8);

        pool.Update("a", returned: 0, target: 20);

        Assert.Equal((8, null), (pool.HeldBy("a"), pool.Share));
    }

    [Fact]
    public void A_late_user_makes_the_others_keep_an_equal_share_only()
    {
        var pool = new SlotPool(8);
        pool.Update("a", 0, 20);

        pool.Update("b", 0, 20);
        Assert.Equal((4, 0), (pool.Share, pool.HeldBy("b")));

        pool.Update("a", returned: 4, target: 20);
        Assert.Equal((4, 4), (pool.HeldBy("a"), pool.HeldBy("b")));
        Assert.Null(pool.Share);
    }

    [Fact]
    public void A_user_that_needs_little_leaves_the_rest_to_the_others()
    {
        var pool = new SlotPool(8);
        pool.Update("small", 0, 1);

        pool.Update("large", 0, 20);

        Assert.Equal((1, 7, null), (pool.HeldBy("small"), pool.HeldBy("large"), pool.Share));
    }

    [Fact]
    public void A_repeated_word_changes_nothing()
    {
        var pool = new SlotPool(4);
        pool.Update("a", 0, 4);
        pool.Update("a", 2, 2);

        pool.Update("a", 2, 2);

        Assert.Equal((2, 4L), (pool.HeldBy("a"), pool.GrantedTo("a")));
    }

    [Fact]
    public void A_user_that_was_forgotten_goes_on_counting_where_it_is()
    {
        var pool = new SlotPool(4);
        var account = new SlotAccount();
        pool.Update("a", 0, 3);
        account.Apply(pool.GrantedTo("a"), pool.Share, 1);
        account.GiveBackSurplus(ready: 0, quiet: true);
        pool.Update("a", account.Returned, 0);
        pool.Remove("a");

        pool.Update("a", account.Returned, 2);
        account.Apply(pool.GrantedTo("a"), pool.Share, 1);

        Assert.Equal((2, 2), (account.Spare, pool.HeldBy("a")));
    }

    [Fact]
    public void A_user_that_is_not_known_holds_what_it_says()
    {
        var pool = new SlotPool(4);
        pool.Update("a", returned: 7, target: 3, held: 3);

        pool.Update("b", 0, 4);
        Assert.Equal((10L, 3, 1), (pool.GrantedTo("a"), pool.HeldBy("a"), pool.HeldBy("b")));

        // Of one that is known what the pool knows counts.
        pool.Update("a", returned: 8, target: 0, held: 3);
        Assert.Equal((2, 2), (pool.HeldBy("a"), pool.HeldBy("b")));
    }

    [Fact]
    public void Users_that_hold_more_than_there_is_now_shed_slots()
    {
        var pool = new SlotPool(8);
        pool.Update("a", 0, 4);
        pool.Update("b", 0, 4);

        pool.Resize(3);
        Assert.Equal(1, pool.Share);

        pool.Update("a", returned: 3, target: 4);
        pool.Update("b", returned: 3, target: 4);
        Assert.Equal((3, null), (pool.Held, pool.Share));
    }

    [Fact]
    public void More_users_than_slots_take_turns()
    {
        var pool = new SlotPool(2);
        long[] returned = [0, 0, 0];
        var turns = new int[3];
        for (var user = 0; user < 3; user++) pool.Update(Name(user), 0, 5);
        Assert.Equal((2, 0), (pool.HeldBy(Name(0)), pool.HeldBy(Name(1))));

        for (var round = 0; round < 30; round++)
            for (var user = 0; user < 3; user++)
            {
                if (round > 0) Assert.Equal(0, pool.Share);
                turns[user] += pool.HeldBy(Name(user));
                returned[user] += pool.HeldBy(Name(user));
                pool.Update(Name(user), returned[user], 5);
            }

        Assert.All(turns, static count => Assert.InRange(count, 15, 35));
    }

    [Fact]
    public void A_vanished_user_gives_its_slots_to_those_who_wait()
    {
        var pool = new SlotPool(2);
        pool.Update("a", 0, 2);
        pool.Update("b", 0, 2);
        pool.TakeChanged();

        pool.Remove("a");

        Assert.Equal(2, pool.HeldBy("b"));
        Assert.Equal(["b"], pool.TakeChanged());
    }

    [Fact]
    public void Slots_are_never_given_twice_nor_left_lying_and_every_waiting_user_gets_its_turn() =>
        Gen.Select(Gen.Int[1, 12], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 10], Gen.Int[0, 10], Gen.Int[0, 9]).Array[1, 60]).Sample((capacity, steps) =>
        {
            var pool = new SlotPool(capacity);
            var returned = new long[6];
            var targets = new int[6];
            foreach (var (user, target, back, kind) in steps)
            {
                if (kind == 0)
                {
                    pool.Remove(Name(user));
                    targets[user] = 0;
                }
                else
                {
                    returned[user] += Math.Min(back, pool.HeldBy(Name(user)));
                    targets[user] = target;
                    pool.Update(Name(user), returned[user], target);
                }

                var held = Enumerable.Range(0, 6).Select(u => pool.HeldBy(Name(u))).ToArray();
                Assert.Equal(pool.Held, held.Sum());
                Assert.InRange(pool.Held, 0, capacity);
                if (pool.Free > 0) Assert.All(Enumerable.Range(0, 6), u => Assert.True(held[u] >= targets[u], "a slot is free and a user waits"));
            }

            // Whoever waits is served before anybody else gets more than an equal share.
            for (var round = 0; round < 200 && Enumerable.Range(0, 6).Any(Waits); round++)
                for (var user = 0; user < 6; user++)
                {
                    var over = pool.Share is { } share ? pool.HeldBy(Name(user)) - share : 0;
                    var done = Math.Max(over, round % 3 == 0 ? pool.HeldBy(Name(user)) : 0);
                    if (Waits(user) && pool.HeldBy(Name(user)) > 0) targets[user] = pool.HeldBy(Name(user));
                    returned[user] += Math.Max(0, done);
                    pool.Update(Name(user), returned[user], done > 0 ? 0 : targets[user]);
                    if (done > 0) targets[user] = 0;
                }

            Assert.DoesNotContain(Enumerable.Range(0, 6), Waits);

            bool Waits(int user) => pool.HeldBy(Name(user)) < targets[user];
        });

    private static string Name(int user) => $"u{user}";
}
