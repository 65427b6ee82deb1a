using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>What crawling needs in a silo.</summary>
internal static class CrawlingServices
{
    public static IServiceCollection AddCrawling(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new PageFetcher(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new CrawlStore(provider.GetService<IStore>(), ClusterBuilderExtensions.ClusterName));
        services.TryAddSingleton<CrawlContexts>();
        services.TryAddSingleton<PageVisitor>();
        services.TryAddSingleton<IPageDispatcher, LoopPageDispatcher>();
        return services;
    }
}
