import type { Throttle } from './token-bucket.ts';

interface MethodSetting {
  HttpMethod?: string;
  ResourcePath?: string;
  ThrottlingBurstLimit?: number | string;
  ThrottlingRateLimit?: number | string;
}

/**
 * Reads `MethodSettings` of a stage. The function that it returns finds the throttle of a method: its own setting or
 * that of all methods (`/*` and `*`); `undefined` where there is none or it is -1. Each method has a bucket of its own.
 */
export function readThrottles(settings: unknown): (resourcePath: string, httpMethod: string) => Throttle | undefined {
  const throttles = new Map<string, Throttle>();
  for (const setting of (settings ?? []) as MethodSetting[]) {
    const rate = Number(setting.ThrottlingRateLimit ?? -1);
    const burst = Number(setting.ThrottlingBurstLimit ?? -1);
    // As in a JSON pointer, slashes of the resource's path are written ~1.
    const path = (setting.ResourcePath ?? '/*').replace(/^\/(?=~1|\*)/, '').replaceAll('~1', '/');
    if (rate >= 0 && burst >= 0) throttles.set(`${setting.HttpMethod ?? '*'} ${path}`, { rate, burst });
  }
  return (resourcePath, httpMethod) => throttles.get(`${httpMethod} ${resourcePath}`) ?? throttles.get('* *');
}
